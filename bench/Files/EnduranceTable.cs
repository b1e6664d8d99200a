using System.Globalization;

namespace TensorEngine.Benchmarks.Files;

/// <summary>Whether a process holds more and more.</summary>
internal static class EnduranceTable
{
    /// <summary>Writes what it held in each tenth of its time; false if the last is above the second by more than a tenth.</summary>
    public static bool Write(string name, EnduranceChild child)
    {
        EnduranceReport[] reports = child.Reports;
        Console.WriteLine($"\n{name}:\n\n| tenth | step | refused or reads | handles | managed, least MB | resident, most MB |\n|--:|--:|--:|--:|--:|--:|");
        EnduranceReport[][] tenths = [.. Enumerable.Range(0, 10).Select(i => reports[(i * reports.Length / 10)..((i + 1) * reports.Length / 10)])];
        for (int i = 0; i < tenths.Length; i++)
        {
            EnduranceReport last = tenths[i][^1];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {i + 1} | {last.Step} | {last.Count} | {Handles(tenths[i])} | {Managed(tenths[i]) / 1e6:0.00} | {Resident(tenths[i]) / 1e6:0.0} |"));
        }

        // In the first tenth the runtime compiles and the collector finds its size.
        return Handles(tenths[9]) <= Handles(tenths[1]) && Managed(tenths[9]) <= 1.1 * Managed(tenths[1]) && Resident(tenths[9]) <= 1.1 * Resident(tenths[1]);
    }

    private static long Handles(EnduranceReport[] reports) => reports.Max(report => report.Handles);

    // The least is what is alive: what waits for the next collection comes and goes.
    private static long Managed(EnduranceReport[] reports) => reports.Min(report => report.Managed);

    private static long Resident(EnduranceReport[] reports) => reports.Max(report => report.Resident);
}
