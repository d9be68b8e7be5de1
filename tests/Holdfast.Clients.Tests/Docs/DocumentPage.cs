using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.Docs;

/// <summary>A page of the documentation and its fenced blocks, in order.</summary>
public sealed class DocumentPage
{
    const string Fence = "```";

    readonly string[] _lines;

    DocumentPage(string name, string[] lines) => (Name, _lines) = (name, lines);

    /// <summary>The path from the repository.</summary>
    public string Name { get; }

    public static DocumentPage Read(string name) => new(name, File.ReadAllLines(Path.Combine(Installed.Root, name)));

    /// <summary>The shell blocks; the line numbers count from 1 and are those of the opening fences.</summary>
    public IEnumerable<(int Line, string Info, string[] Body)> ShellBlocks()
    {
        for (var at = 0; at < _lines.Length; at++)
        {
            if (!_lines[at].StartsWith(Fence, StringComparison.Ordinal))
                continue;
            var end = Array.IndexOf(_lines, Fence, at + 1);
            Assert.True(end > at, $"{Name}:{at + 1} opens a block that is not closed");
            var info = _lines[at][Fence.Length..].Trim();
            if (info.Split(' ')[0] is "sh" or "bash" or "shell" or "console")
                yield return (at + 1, info, _lines[(at + 1)..end]);
            at = end;
        }
    }

    /// <summary>The first line with text below a block: where a block that is not run says why.</summary>
    public string TextAfter(int line, int length) =>
        _lines.Skip(line + length + 1).FirstOrDefault(text => text.Length > 0) ?? "";

    /// <summary>
    /// All blocks that are run, as one script that stops at the first failure. Every 127.0.0.1:PORT is mapped, so that pages neither meet
    /// each other nor a server of the machine.
    /// </summary>
    public string Script(Func<string, string> mapPort)
    {
        var script = new StringBuilder("set -euo pipefail\n");
        foreach (var (line, _, body) in ShellBlocks().Where(block => block.Info == "sh"))
        {
            script.Append(CultureInfo.InvariantCulture, $"echo '### {Name}:{line}' | tee -a /dev/stderr\n");
            script.AppendJoin('\n', body).Append('\n');
        }
        return Regex.Replace(
            script.ToString(), @"(?<=127\.0\.0\.1:)\d+", port => mapPort(port.Value), RegexOptions.None, TimeSpan.FromSeconds(5));
    }
}
