using System.Diagnostics;
using System.Globalization;
using System.Text;
using Holdfast.Bench.Load;
using Holdfast.Bench.Subjects;

namespace Holdfast.Bench.Scenarios;

/// <summary>A data directory with a large bucket and one of 10,000 keys, loaded once through the S3 door and used by several rows. Both
/// buckets have a thousand first-level prefixes.</summary>
public static class MillionStore
{
    public const string Large = "million";
    public const string Small = "ten-thousand";
    public const int SmallKeys = 10_000;
    public const int Prefixes = 1000;
    const int Connections = 64;
    const int BodyBytes = 32;

    public static string Key(int number, int keys) => $"d{number / Math.Max(1, keys / Prefixes):D6}/k{number:D7}";

    /// <summary>Answers the data directory; loads it when it is not there or has another number of keys.</summary>
    public static async Task<string> EnsureAsync(BenchRun run, CancellationToken ct)
    {
        var data = Path.Combine(run.Options.Shared, "million");
        var mark = data + ".keys";
        var keys = run.Options.Keys.ToString(CultureInfo.InvariantCulture);
        if (File.Exists(mark) && await File.ReadAllTextAsync(mark, ct) == keys)
            return data;
        if (Directory.Exists(data))
            Directory.Delete(data, recursive: true);
        await using var subject = await run.StartHoldfastAsync(ct, data);
        using SubjectClient client = new(subject);
        foreach (var (bucket, count) in ((string, int)[])[(Small, SmallKeys), (Large, run.Options.Keys)])
        {
            await client.CreateBucketAsync(bucket, ct);
            var began = Stopwatch.GetTimestamp();
            await LoadAsync(subject, bucket, count, ct);
            BenchRun.Say($"   loaded {count:#,0} keys in {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s");
        }

        await File.WriteAllTextAsync(mark, keys, ct);
        return data;
    }

    static async Task LoadAsync(Subject subject, string bucket, int count, CancellationToken ct)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
        {
            using var connection = await RawConnection.OpenAsync(subject.Address, ct);
            var buffer = new byte[8192];
            for (int number; (number = Interlocked.Increment(ref next)) < count;)
            {
                var status = await connection.SendAsync(Request(subject, bucket, number, count), buffer, answerHasBody: true, ct);
                if (status >= 400)
                    throw new InvalidOperationException($"key {number} of {bucket} was answered with {status}");
            }
        }, ct)));
    }

    static byte[] Request(Subject subject, string bucket, int number, int count)
    {
        var path = $"/{bucket}/{Key(number, count)}";
        var body = path.PadRight(BodyBytes)[..BodyBytes];
        return Encoding.ASCII.GetBytes(
            $"PUT {subject.Target("PUT", path)} HTTP/1.1\r\nHost: {subject.Address.Authority}\r\n"
            + $"Content-Length: {BodyBytes}\r\n\r\n{body}");
    }
}
