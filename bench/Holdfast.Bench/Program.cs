using Holdfast.Bench;
using Holdfast.Bench.Results;
using Holdfast.Bench.Scenarios;

using CancellationTokenSource stop = new();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
var options = BenchOptions.FromEnvironment();
if (options.Rows.Except(Catalogue.All.Select(row => row.Name), StringComparer.Ordinal).FirstOrDefault() is { } unknown)
{
    Console.Error.WriteLine($"there is no row {unknown}; there are {string.Join(", ", Catalogue.All.Select(row => row.Name))}");
    return 2;
}

return await new BenchRun(options, Report.Open(options)).RunAsync(stop.Token);
