using System.Runtime.InteropServices;

namespace Holdfast.Bench.Machine;

/// <summary>What the numbers were measured on.</summary>
public sealed record MachineFacts(string Processor, int Cores, long MemoryMegabytes, string System, string FileSystem, string Runtime)
{
    public static MachineFacts Read(string folder)
    {
        var processor = File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim();
        var disk = DriveInfo.GetDrives().Where(drive => folder.StartsWith(drive.Name, StringComparison.Ordinal))
            .MaxBy(drive => drive.Name.Length);
        return new(
            processor ?? "unknown",
            Environment.ProcessorCount,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20,
            RuntimeInformation.OSDescription,
            disk?.DriveFormat ?? "unknown",
            RuntimeInformation.FrameworkDescription);
    }
}
