using System.Runtime.InteropServices;
using Holdfast.Bench;
using Holdfast.Bench.Results;
using Holdfast.Bench.Scenarios;

using CancellationTokenSource stop = new();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
var options = BenchOptions.FromEnvironment();
if (options.Rows.Except(Catalogue.All.Select(row => row.Name), StringComparer.Ordinal).FirstOrDefault() is { } unknown)
{
    Console.Error.WriteLine($"there is no row {unknown}; there are {string.Join(", ", Catalogue.All.Select(row => row.Name))}");
    return 2;
}

try
{
    return await new BenchRun(options, Report.Open(options)).RunAsync(stop.Token);
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("stopped; rows that were measured are in the report");
    return 130;
}

// Servers that were started are stopped on the way out.
void End(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
