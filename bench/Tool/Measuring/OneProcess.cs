using System.CommandLine;
using System.Reflection;
using TensorEngine.Benchmarks.Tool.Kernels;
using TensorEngine.Benchmarks.Tool.Runs;

namespace TensorEngine.Benchmarks.Tool.Measuring;

/// <summary>
/// The command that a run starts again and again: it measures every row in a fresh process, where code and memory have other places, and in
/// orders of its own. It goes through the rows several times, some seconds apart, as what disturbs a machine often stays for seconds.
/// </summary>
internal static class OneProcess
{
    /// <summary>Its name.</summary>
    public const string Name = "one-process";

    private const int Passes = 3;

    private static readonly Option<string> s_only = new("--only") { DefaultValueFactory = _ => "" };
    private static readonly Option<int> s_order = new("--order");
    private static readonly Option<bool> s_quick = new("--quick");
    private static readonly Option<bool> s_limits = new("--limits");

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command(Name, "Measure the rows once, for the command run") { s_only, s_order, s_quick, s_limits };
        command.Hidden = true;
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(s_only), parsed.GetValue(s_order), parsed.GetValue(s_quick), parsed.GetValue(s_limits)));
        return command;
    }

    /// <summary>The command's arguments.</summary>
    /// <param name="only">Part of the names of the rows to measure.</param>
    /// <param name="order">Which order: the number of the process in its run.</param>
    /// <param name="quick">Whether rough results will do.</param>
    /// <param name="limits">Whether to measure the machine's limits as well.</param>
    public static string[] Arguments(string only, int order, bool quick, bool limits) =>
        [Name, "--only", only, "--order", $"{order}", .. quick ? ["--quick"] : Array.Empty<string>(), .. limits ? ["--limits"] : Array.Empty<string>()];

    private static void Run(string only, int order, bool quick, bool limits)
    {
        Kernel[] kernels = [.. KernelList.Of(only, quick)];
        int passes = quick ? 1 : Passes;
        Say(new() { Count = passes * kernels.Length, Library = Version(typeof(Parameter).Assembly) });
        foreach (MeasuredLimit limit in limits ? new LimitClock(quick).Measure() : [])
            Say(new() { Limit = limit });
        using var clock = new KernelClock(quick);
        var random = new Random(order);
        for (int pass = 0; pass < passes; pass++)
        {
            random.Shuffle(kernels);
            foreach (Kernel kernel in kernels)
                Say(new() { Kernel = clock.Measure(kernel) });
        }
    }

    private static string Version(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    private static void Say(ProcessLine line) => Console.Out.WriteLine(line);
}
