using System.Text.Json.Serialization;
using Samples.Shared.Timing;

namespace TensorEngine.Benchmarks.Tool.Runs;

/// <summary>What the command <c>run</c> has measured on one machine, as its file has it.</summary>
/// <param name="Format">The version of this form: <see cref="MachineRunFile.Format"/>.</param>
/// <param name="Date">When the run began, in UTC.</param>
/// <param name="Command">What was given.</param>
/// <param name="Machine">The processor, its caches and the system, by name.</param>
/// <param name="Versions">Of the library, with its commit, and of the runtime.</param>
/// <param name="Processes">How many processes measured each row.</param>
/// <param name="Limits">What the machine can do at the best.</param>
/// <param name="Kernels">The rows.</param>
internal sealed record MachineRun(
    int Format,
    string Date,
    string Command,
    IReadOnlyDictionary<string, string> Machine,
    IReadOnlyDictionary<string, string> Versions,
    int Processes,
    IReadOnlyList<MeasuredLimit> Limits,
    IReadOnlyList<MeasuredKernel> Kernels)
{
    /// <summary>The processor's name, or that it is unknown.</summary>
    [JsonIgnore]
    public string Processor => Machine.GetValueOrDefault("processor", "unknown processor");

    /// <summary>The folder of runs on such processors: the name's letters and digits in lower case, what lies between them as a hyphen.</summary>
    [JsonIgnore]
    public string ProcessorFolder
    {
        get
        {
            // How many processors may be used is no part of the name.
            string name = Processor.Split(',')[0].ToLowerInvariant();
            return string.Join('-', string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : ' '))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }
    }

    /// <summary>The median rate of a limit; null if it was not measured.</summary>
    public double? Rate(string limit) =>
        Limits.FirstOrDefault(one => string.Equals(one.Name, limit, StringComparison.Ordinal))?.Median;
}

/// <summary>A limit of the machine.</summary>
/// <param name="Name">What it is: "peak", or what is done with which level of the caches.</param>
/// <param name="Level">The level of the caches, "memory", or "core".</param>
/// <param name="Unit">GFLOP/s or GB/s.</param>
/// <param name="Bytes">How much memory it was measured on; 0 for the peak.</param>
/// <param name="Rates">By each process.</param>
internal sealed record MeasuredLimit(string Name, string Level, string Unit, double Bytes, IReadOnlyList<double> Rates)
{
    /// <summary>The limit of the arithmetic.</summary>
    public const string Peak = "peak";

    /// <summary>The median of the processes.</summary>
    [JsonIgnore]
    public double Median => new Quartiles([.. Rates]).Median;
}

/// <summary>A row: a kernel's times by several processes.</summary>
/// <param name="Name">What it does.</param>
/// <param name="Group">Where it stands in reports.</param>
/// <param name="Reference">The loop that <paramref name="Relative"/> is relative to: "core" or "memory".</param>
/// <param name="Elements">Of one call; 0 where a time per element says nothing.</param>
/// <param name="Bytes">What one call has to read and write; 0 if that was not counted.</param>
/// <param name="Operations">Its floating-point operations; 0 if they were not counted.</param>
/// <param name="Nanoseconds">The time of one call by each process: the median of the samples of its fastest pass.</param>
/// <param name="Relative">
/// By each process the median ratio of a sample and the neighbouring sample of the reference loop, which no change of the library alters: the
/// machine's clock, which drifts, is not in it.
/// </param>
internal sealed record MeasuredKernel(
    string Name,
    string Group,
    string Reference,
    double Elements,
    double Bytes,
    double Operations,
    IReadOnlyList<double> Nanoseconds,
    IReadOnlyList<double> Relative)
{
    /// <summary>Of the times.</summary>
    [JsonIgnore]
    public Quartiles Time => new([.. Nanoseconds]);

    /// <summary>What the middle half of the processes' times spans, as a part of the median.</summary>
    [JsonIgnore]
    public double Spread => (Time.Upper - Time.Lower) / Time.Median;
}
