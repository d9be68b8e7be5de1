namespace Holdfast.Server.Hosting.Commands;

/// <summary>One thing the program can be told to do.</summary>
/// <param name="Name">One or two words: <c>config show</c>.</param>
/// <param name="RunAsync">Its exit code.</param>
sealed record Verb(string Name, string Summary, Func<Invocation, Task<int>> RunAsync)
{
    /// <summary>Not listed in the usage.</summary>
    public bool IsHidden { get; init; }
}
