using System.Text;

namespace Holdfast.Clients.Tests.Running;

/// <summary>What a program said and how it ended. <paramref name="ExitCode"/> is null when its deadline passed and it was killed.</summary>
public sealed record ProgramResult(string Command, int? ExitCode, byte[] Output, string Errors)
{
    /// <summary>Standard output as text, without the last line break.</summary>
    public string Text => Encoding.UTF8.GetString(Output).TrimEnd('\n');

    public string[] Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public ProgramResult Succeeded()
    {
        if (ExitCode != 0)
            Assert.Fail($"The program failed.\n{this}");
        return this;
    }

    /// <summary>The program failed, and said <paramref name="reason"/>.</summary>
    public ProgramResult Refused(string reason)
    {
        if (ExitCode is null or 0 || !(Text + Errors).Contains(reason, StringComparison.Ordinal))
            Assert.Fail($"The program should have failed with “{reason}”.\n{this}");
        return this;
    }

    public ProgramResult Says(string part)
    {
        if (!Text.Contains(part, StringComparison.Ordinal))
            Assert.Fail($"The output lacks “{part}”.\n{this}");
        return this;
    }

    public override string ToString() =>
        $"$ {Command}\nexit code: {ExitCode?.ToString() ?? "none, killed at its deadline"}\n--- output\n{Short(Text)}"
        + $"\n--- errors\n{Short(Errors)}";

    static string Short(string text) =>
        text.Length <= 3000 ? text : $"{text[..1500]}\n… {text.Length - 3000} characters …\n{text[^1500..]}";
}
