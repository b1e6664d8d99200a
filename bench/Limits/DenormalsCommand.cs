using System.CommandLine;
using System.Globalization;
using Engine.Benchmarks.Timing;
using Engine.Benchmarks.Workloads;
using Engine.Optimizers;

namespace Engine.Benchmarks.Limits;

/// <summary>
/// The command <c>denormals</c>: what steps take while state decays. After real gradients come 100,000 steps with gradients of 0, or of
/// 1e-20; windows of 1,000 steps are timed in turn with as many normal ones.
/// </summary>
internal static class DenormalsCommand
{
    private const int Length = 1 << 12;
    private const int RealSteps = 100;
    private const int Windows = 100;
    private const int StepsPerWindow = 1000;
    private const double AtMost = 1.2;

    public static Command Create()
    {
        var command = new Command("denormals", "Time steps of every optimizer with moments while its state decays, beside normal ones");
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        Console.WriteLine("| optimizer | gradients of 0: median (worst window) / normal | gradients of 1e-20 |");
        Console.WriteLine("|---|--:|--:|");
        bool met = true;
        foreach (OptimizerWork optimizer in OptimizerWork.All.Where(optimizer => optimizer.States > 0))
        {
            Quartiles zero = Ratios(optimizer, 0), tiny = Ratios(optimizer, 1e-20f);
            met &= zero.Median <= AtMost && tiny.Median <= AtMost;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {optimizer.Name} | {zero.Median:0.00} ({zero.Greatest:0.00}) | {tiny.Median:0.00} ({tiny.Greatest:0.00}) |"));
        }

        Console.WriteLine(met ? $"All medians are at most {AtMost:0.0}." : $"A median is above {AtMost:0.0}.");
        return met ? 0 : 1;
    }

    private static Quartiles Ratios(OptimizerWork optimizer, float gradient)
    {
        using var normal = new StepBuffers(Length);
        (ParameterStore store, Optimizer decaying) = Make(optimizer, normal);
        (_, Optimizer ordinary) = Make(optimizer, normal);
        WarmUp.Run(() => ordinary.Step());
        for (int step = 0; step < RealSteps; step++)
            decaying.Step();
        store.Gradients.Fill(gradient);

        double[] ratios = new double[Windows];
        TimedWork decayingSteps = AlternatingPairs.Timed(() => decaying.Step());
        TimedWork ordinarySteps = AlternatingPairs.Timed(() => ordinary.Step());
        for (int window = 0; window < Windows; window++)
            ratios[window] = decayingSteps(StepsPerWindow) / ordinarySteps(StepsPerWindow);
        return new Quartiles(ratios);
    }

    private static (ParameterStore Store, Optimizer Optimizer) Make(OptimizerWork optimizer, StepBuffers start)
    {
        var store = new ParameterStore();
        store.Add("parameter", [Length]);
        start.Values.CopyTo(store.Values);
        start.Gradients.CopyTo(store.Gradients);
        return (store, optimizer.Make(store.Parameters));
    }
}
