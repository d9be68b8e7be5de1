using Holdfast.Core.Catalog;
using Holdfast.Protocol.Errors;
using Holdfast.TestKit.Server;

namespace Holdfast.Core.Tests.Catalog;

public sealed class DataDirectoryLockTests : IDisposable
{
    readonly TestDirectory _directory = new();

    [Fact]
    public void A_second_holder_is_refused_with_the_process_id_of_the_first()
    {
        using var first = DataDirectoryLock.Acquire(_directory.Path);

        var refusal = Assert.Throws<StoreException>(() => DataDirectoryLock.Acquire(_directory.Path));

        Assert.Equal(StoreError.StorageUnavailable, refusal.Error);
        Assert.Contains($"{_directory.Path} is in use by process {Environment.ProcessId}:", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lock_that_was_let_go_can_be_taken_again()
    {
        DataDirectoryLock.Acquire(_directory.Path).Dispose();

        using var again = DataDirectoryLock.Acquire(_directory.Path);

        Assert.Equal(_directory.Path, again.Path);
    }

    [Fact]
    public void The_directory_is_made_when_it_is_absent()
    {
        DataDirectoryLock.Acquire(Path.Combine(_directory.Path, "a/b")).Dispose();

        Assert.Equal($"{Environment.ProcessId}\n", File.ReadAllText(Path.Combine(_directory.Path, "a/b/lock")));
    }

    [Fact]
    public void A_directory_that_cannot_be_written_is_refused()
    {
        var file = Path.Combine(_directory.Path, "lock");
        Directory.CreateDirectory(file);

        var refusal = Assert.Throws<StoreException>(() => DataDirectoryLock.Acquire(_directory.Path));

        Assert.Contains("cannot be locked: Is a directory", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();
}
