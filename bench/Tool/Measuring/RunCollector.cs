using System.Globalization;
using System.Runtime.InteropServices;
using TensorEngine.Benchmarks.Peers;
using TensorEngine.Benchmarks.Tool.Runs;

namespace TensorEngine.Benchmarks.Tool.Measuring;

/// <summary>Puts together what the processes of one build have measured.</summary>
/// <param name="command">What was given.</param>
internal sealed class RunCollector(string command)
{
    private readonly string _date = DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
    private readonly Dictionary<string, (MeasuredLimit Limit, List<double> Rates)> _limits = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (MeasuredKernel Kernel, List<double> Nanoseconds, List<double> Relative)> _kernels = new(StringComparer.Ordinal);
    private string _library = "unknown";
    private int _processes;

    /// <summary>The number of the next process.</summary>
    public int NextOrder => _processes;

    /// <summary>Takes a process's results: of each row the fastest of its passes, which was disturbed least.</summary>
    public void Add(IEnumerable<ProcessLine> lines)
    {
        var kernels = new Dictionary<string, MeasuredKernel>(StringComparer.Ordinal);
        foreach (ProcessLine line in lines)
        {
            _library = line.Library ?? _library;
            if (line.Limit is { } limit)
            {
                _limits.TryAdd(limit.Name, (limit, []));
                _limits[limit.Name].Rates.Add(Rounded(limit.Rates[0]));
            }

            if (line.Kernel is { } kernel && !(kernels.TryGetValue(kernel.Name, out MeasuredKernel? best) && best.Nanoseconds[0] <= kernel.Nanoseconds[0]))
                kernels[kernel.Name] = kernel;
        }

        foreach (MeasuredKernel kernel in kernels.Values)
        {
            _kernels.TryAdd(kernel.Name, (kernel, [], []));
            _kernels[kernel.Name].Nanoseconds.Add(Rounded(kernel.Nanoseconds[0]));
            _kernels[kernel.Name].Relative.Add(Rounded(kernel.Relative[0]));
        }

        _processes++;
    }

    /// <summary>The run so far, in the order of names within groups.</summary>
    public MachineRun ToRun() => new(
        MachineRunFile.Format,
        _date,
        command,
        Machine.Describe(),
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["TensorEngine"] = _library,
            ["runtime"] = RuntimeInformation.FrameworkDescription,
        },
        _processes,
        [.. _limits.Values.Select(one => one.Limit with { Rates = one.Rates })],
        [
            .. _kernels.Values
                .Select(one => one.Kernel with { Nanoseconds = one.Nanoseconds, Relative = one.Relative })
                .OrderBy(kernel => kernel.Group, StringComparer.Ordinal)
                .ThenBy(kernel => kernel.Name, StringComparer.Ordinal),
        ]);

    // Six digits: what is measured has fewer, and equal numbers would be ties.
    private static double Rounded(double number) => double.Parse(number.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
