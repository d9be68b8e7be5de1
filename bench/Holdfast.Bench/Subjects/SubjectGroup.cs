namespace Holdfast.Bench.Subjects;

/// <summary>The servers of one row; stopped together.</summary>
public sealed class SubjectGroup : IAsyncDisposable
{
    readonly List<Subject> _subjects = [];

    public IReadOnlyList<Subject> All => _subjects;

    public void Add(Subject subject) => _subjects.Add(subject);

    public async ValueTask DisposeAsync()
    {
        foreach (var subject in _subjects)
            await subject.DisposeAsync();
    }
}
