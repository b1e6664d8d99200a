using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Samples.Shared.Timing;
using TensorEngine.Optimizers;

namespace TensorEngine.Benchmarks.Limits;

/// <summary>
/// The command <c>startup</c>: what steps 2 to 100 of a fresh process take on average, beside a step of the same process once it is
/// warm. Several processes, each with the runtime's default settings.
/// </summary>
internal static class StartupCommand
{
    private const int Length = 64 << 10;
    private const int FirstSteps = 100;
    private const int Processes = 15;
    private const double AtMost = 1.5;

    public static Command Create()
    {
        var once = new Option<bool>("--once") { Description = "Measure only this process, and print its ratio" };
        var command = new Command("startup", "Compare the first steps of Adam in fresh processes with warm ones") { once };
        command.SetAction(parsed => parsed.GetValue(once) ? MeasureThis() : MeasureSeveral());
        return command;
    }

    private static int MeasureThis()
    {
        var store = new ParameterStore();
        Parameter weight = store.Add("weight", [Length]);
        store.Freeze();
        weight.Values.Fill(1);
        store.Gradients.Fill(1e-3f);
        var adam = new Adam(store);

        adam.Step();
        long start = Stopwatch.GetTimestamp();
        for (int step = 2; step <= FirstSteps; step++)
            adam.Step();
        double early = Stopwatch.GetElapsedTime(start).TotalNanoseconds / (FirstSteps - 1);

        WarmUp.Run(() => adam.Step());
        TimedWork warm = AlternatingPairs.Timed(() => adam.Step());
        var samples = new Quartiles([.. Enumerable.Range(0, 101).Select(_ => warm(FirstSteps - 1) / (FirstSteps - 1))]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{early / samples.Median:0.000} {early / 1000:0.00} {samples.Median / 1000:0.00}"));
        return 0;
    }

    private static int MeasureSeveral()
    {
        double[][] results = [.. Enumerable.Range(0, Processes).Select(_ => MeasureFresh())];
        var ratio = new Quartiles([.. results.Select(result => result[0])]);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Adam, 64 K elements, {Processes} fresh processes: steps 2 to {FirstSteps} take {ratio.Median:0.00} times a warm step (least {ratio.Least:0.00}, greatest {ratio.Greatest:0.00}; at most {AtMost}); the medians are {Median(results, 1):0.0} and {Median(results, 2):0.0} us."));
        return ratio.Median <= AtMost ? 0 : 1;
    }

    private static double Median(double[][] results, int column) => new Quartiles([.. results.Select(result => result[column])]).Median;

    private static double[] MeasureFresh() =>
        [.. FreshProcess.Output("startup", "--once").Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
}
