using Holdfast.Core.Blobs;
using Holdfast.Core.Blobs.Files;
using Holdfast.TestKit.Blobs;
using Holdfast.TestKit.Server;

namespace Holdfast.Core.Tests.Blobs.Files;

public sealed class FileBlobStoreTests : BlobStoreSuite
{
    readonly TestDirectory _directory = new();
    FileBlobStore _files = null!;

    protected override ValueTask<IBlobStore> OpenStoreAsync()
    {
        _files = new FileBlobStore(new() { Root = _directory.Path + "/data", NodeId = "n1" }, TimeProvider.System);
        return ValueTask.FromResult<IBlobStore>(_files);
    }

    protected override ValueTask CloseStoreAsync()
    {
        _files.Dispose();
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }
}
