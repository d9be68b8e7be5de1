using System.Diagnostics;
using System.Globalization;
using System.Text;
using Holdfast.Protocol.Errors;
using Holdfast.TestKit.Durability;

namespace Holdfast.Core.Tests.Fuzz;

/// <summary>
/// Any input ends in a value or a refusal, with memory in proportion to it. What the long run finds (HOLDFAST_TEST_FUZZ_SECONDS, shared by
/// all parsers) goes into corpus/TARGET and is fixed there.
/// </summary>
public sealed class FuzzTests
{
    const int InputsWithoutClock = 2000;

    const long FreeBytes = 2 << 20;
    const long BytesPerInputByte = 512;

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Keys];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_known_case_ends_well(string target)
    {
        foreach (var (name, input) in Corpus(target))
        {
            if (FindFault(target, input) is { } fault)
                Assert.Fail($"{target}/{name}: {fault}");
        }
    }

    [Theory]
    [Trait("Suite", "Soak")]
    [MemberData(nameof(Targets))]
    public void Any_input_ends_well(string target)
    {
        var seconds = Environment.GetEnvironmentVariable("HOLDFAST_TEST_FUZZ_SECONDS") is { } text
            ? double.Parse(text, CultureInfo.InvariantCulture) / FuzzTargets.All.Count
            : 0;
        var seed = seconds > 0 ? (ulong)TimeProvider.System.GetUtcNow().Ticks : 1;
        var mutation = new Mutation([.. Corpus(target).Select(known => known.Input)], new Dice(seed));
        var began = Stopwatch.GetTimestamp();
        long inputs = 0;
        for (; inputs < InputsWithoutClock || Stopwatch.GetElapsedTime(began).TotalSeconds < seconds; inputs++)
        {
            var input = mutation.Next();
            if (FindFault(target, input) is { } fault)
                Assert.Fail(
                    $"seed {seed}, input {inputs} of {target}: {Convert.ToHexString(input)} = {Encoding.Latin1.GetString(input)}\n{fault}");
        }

        TestContext.Current.SendDiagnosticMessage($"{target}: {inputs} inputs, seed {seed}");
    }

    static string? FindFault(string target, byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            FuzzTargets.All[target](input);
        }
        catch (StoreException)
        {
            // A refusal is an answer.
        }
        catch (Exception fault)
        {
            return fault.ToString();
        }

        var taken = GC.GetAllocatedBytesForCurrentThread() - before;
        return taken > FreeBytes + BytesPerInputByte * input.Length ? $"{taken} bytes were allocated for {input.Length}" : null;
    }

    /// <summary>The files of corpus/TARGET; bytes as they are, or hexadecimal digits when the name ends with .hex.</summary>
    static IEnumerable<(string Name, byte[] Input)> Corpus(string target)
    {
        var directory = Path.Combine(AppContext.BaseDirectory, "Fuzz", "corpus", target);
        foreach (var file in Directory.EnumerateFiles(directory).Order(StringComparer.Ordinal))
        {
            var bytes = File.ReadAllBytes(file);
            yield return (
                Path.GetFileName(file),
                file.EndsWith(".hex", StringComparison.Ordinal) ? Convert.FromHexString(Encoding.ASCII.GetString(bytes).Trim()) : bytes);
        }
    }
}
