using System.CommandLine;
using System.Globalization;
using Samples.Shared.Timing;
using TensorEngine.Benchmarks.Workloads;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Benchmarks.Limits;

/// <summary>
/// The command <c>denormals</c>: what steps take while state decays. After real gradients come 100,000 steps with gradients of 0, or of
/// 1e-20; windows of 1,000 steps are timed in turn with as many normal ones.
/// </summary>
internal static class DenormalsCommand
{
    private const int Side = 64;
    private const int Length = Side * Side;
    private const int RealSteps = 100;
    private const int Windows = 100;
    private const int StepsPerWindow = 1000;
    private const double AtMost = 1.2;

    public static Command Create()
    {
        var only = new Option<string>("--only") { Description = "Time only optimizers whose name contains this text", DefaultValueFactory = _ => "" };
        var command = new Command("denormals", "Compare steps of every optimizer with moments while its state decays with normal steps") { only };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(only)));
        return command;
    }

    private static int Run(string only)
    {
        Console.WriteLine("| optimizer | gradients of 0: median (worst window) / normal | gradients of 1e-20 |");
        Console.WriteLine("|---|--:|--:|");
        bool met = true;
        (string Name, Func<IEnumerable<Parameter>, Optimizer> Make)[] optimizers =
        [
            .. OptimizerWork.All.Where(optimizer => optimizer.States > 0).Select(optimizer => (optimizer.Name, optimizer.Make)),
            .. OptimizerWork.OfWholeParameters,
        ];
        foreach ((string name, Func<IEnumerable<Parameter>, Optimizer> make) in optimizers.Where(optimizer => optimizer.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            Quartiles zero = Ratios(make, 0), tiny = Ratios(make, 1e-20f);
            met &= zero.Median <= AtMost && tiny.Median <= AtMost;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {zero.Median:0.00} ({zero.Greatest:0.00}) | {tiny.Median:0.00} ({tiny.Greatest:0.00}) |"));
        }

        Console.WriteLine(met ? $"All medians are at most {AtMost:0.0}." : $"A median is above {AtMost:0.0}.");
        return met ? 0 : 1;
    }

    private static Quartiles Ratios(Func<IEnumerable<Parameter>, Optimizer> make, float gradient)
    {
        using var normal = new StepBuffers(Length);
        (ParameterStore store, Optimizer decaying) = Make(make, normal);
        (ParameterStore ordinaryStore, Optimizer ordinary) = Make(make, normal);
        Action decay = Step(decaying, store), keep = Step(ordinary, ordinaryStore);
        WarmUp.Run(keep);
        for (int step = 0; step < RealSteps; step++)
            decay();
        store.Gradients.Fill(gradient);
        if (decaying is SparseAdam)
            decay = Step(decaying, store);

        double[] ratios = new double[Windows];
        TimedWork decayingSteps = AlternatingPairs.Timed(decay);
        TimedWork ordinarySteps = AlternatingPairs.Timed(keep);
        for (int window = 0; window < Windows; window++)
            ratios[window] = decayingSteps(StepsPerWindow) / ordinarySteps(StepsPerWindow);
        return new Quartiles(ratios);
    }

    // SparseAdam uses its gradients up, so that every step is given all rows anew.
    private static Action Step(Optimizer optimizer, ParameterStore store)
    {
        if (optimizer is not SparseAdam sparse)
            return () => optimizer.Step();
        int[] rows = [.. Enumerable.Range(0, Side)];
        float[] gradients = store.Gradients.ToArray();
        store.Gradients.Clear();
        return () =>
        {
            sparse.AddGradients(sparse.Parameters[0], rows, gradients);
            sparse.Step();
        };
    }

    private static (ParameterStore Store, Optimizer Optimizer) Make(Func<IEnumerable<Parameter>, Optimizer> make, StepBuffers start)
    {
        var store = new ParameterStore();
        store.Add("parameter", [Side, Side]);
        store.Freeze();
        start.Values.CopyTo(store.Values);
        start.Gradients.CopyTo(store.Gradients);
        return (store, make(store.Parameters));
    }
}
