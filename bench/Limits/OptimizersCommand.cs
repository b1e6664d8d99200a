using System.CommandLine;
using System.Globalization;
using Samples.Shared.Timing;
using TensorEngine.Benchmarks.Peers;
using TensorEngine.Benchmarks.Workloads;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Benchmarks.Limits;

/// <summary>
/// The command <c>optimizers</c>: every optimizer beside what its loads and stores cost at the least, and in many small parameters.
/// </summary>
internal static class OptimizersCommand
{
    private const int Large = 16 << 20;
    private const int Side = 1024;
    private const int Count = 1000;
    private const int Length = 32;
    private const long FirstStep = 1000;

    public static Command Create() => SessionCommand.Create(
        "optimizers",
        "Every optimizer",
        "Compare every optimizer with its own loads and stores, and many small parameters and groups with few",
        (session, _) => Run(session),
        pairs: 61);

    private static void Run(PeerSession session)
    {
        foreach (OptimizerWork optimizer in OptimizerWork.All)
            PastTheCaches(session, optimizer);
        foreach (TwoPassWork optimizer in TwoPassWork.All)
            PastTheCaches(session, optimizer);
        ClipScaleClear(session);
        foreach (OptimizerWork optimizer in OptimizerWork.All)
            ManyParameters(session, optimizer);
        AlternatingGroups(session, Count / 2, "weights of 32 and as many biases of 32", Length, Length);
        AlternatingGroups(session, Count, "weights of 32 and as many biases of 32", Length, Length);
        AlternatingGroups(session, Count, "weights of 64 by 64 and as many biases of 64", 64 * 64, 64);
        WholeParameters(session);
    }

    private static void PastTheCaches(PeerSession session, OptimizerWork optimizer)
    {
        string work = string.Create(CultureInfo.InvariantCulture, $"{optimizer.Name}, 16 M elements, {optimizer.BytesPerElement} bytes each");
        if (!session.Wants(work))
            return;
        using var buffers = new StepBuffers(Large);
        long step = FirstStep;
        session.Compare(
            work,
            "limit loop",
            1.10,
            AlternatingPairs.Timed(() => optimizer.TensorEngine(buffers, step++)),
            AlternatingPairs.Timed(() => LimitLoop.Run(buffers, optimizer.States)),
            Large);
    }

    // One parameter, as all that these optimizers see together. Its first steps, in which some have less to do, are taken beforehand.
    private static void PastTheCaches(PeerSession session, TwoPassWork optimizer)
    {
        string work = string.Create(CultureInfo.InvariantCulture, $"{optimizer.Name}, 16 M elements, {optimizer.BytesPerElement} bytes each");
        if (!session.Wants(work))
            return;
        Optimizer steps = optimizer.Make(Filled(1, Large));
        for (int i = 0; i < 3; i++)
            steps.Step();
        using var buffers = new StepBuffers(Large);
        session.Compare(
            work,
            "limit loops",
            1.10,
            AlternatingPairs.Timed(() => steps.Step()),
            AlternatingPairs.Timed(() =>
            {
                SumsLimit.Run(buffers, optimizer.ArraysRead);
                LimitLoop.Run(buffers, optimizer.States);
            }),
            Large);
    }

    // The norm reads the gradients, and the step sets them to 0, so they are written anew, untimed, before every sample.
    private static void ClipScaleClear(PeerSession session)
    {
        const string Work = "Adam, 16 M elements: norm, scale, clip, step and clear, 36 bytes each";
        if (!session.Wants(Work))
            return;
        var store = new ParameterStore();
        store.Add("weight", [Large]);
        store.Freeze();
        using var buffers = new StepBuffers(Large);
        buffers.Values.CopyTo(store.Values);
        var adam = new Adam(store);
        (adam.GradientOptions.Scale, adam.GradientOptions.ClipNorm, adam.GradientOptions.Clear) = (1.0 / 1024, 1, true);
        session.Compare(
            Work,
            "limit loops",
            1.10,
            repeats => Repeat(repeats, () => buffers.Gradients.CopyTo(store.Gradients), () => adam.Step()),
            repeats => Repeat(repeats, () => buffers.Gradients.CopyTo(store.Gradients), () =>
            {
                ReadLimit.Run(store.Gradients);
                LimitLoop.Run(buffers, states: 2, clearGradients: true);
            }),
            Large);
    }

    private static void ManyParameters(PeerSession session, OptimizerWork optimizer)
    {
        string work = $"{optimizer.Name}, 1,000 parameters of 32";
        if (!session.Wants(work))
            return;
        Optimizer many = optimizer.Make(Filled(Count, Length).Parameters);
        Optimizer one = optimizer.Make(Filled(1, Count * Length).Parameters);
        session.Compare(
            work, "one of 32,000", 1.3, AlternatingPairs.Timed(() => many.Step()), AlternatingPairs.Timed(() => one.Step()), Count * Length);
    }

    private static void AlternatingGroups(PeerSession session, int count, string parameters, int weightLength, int biasLength)
    {
        string work = string.Create(CultureInfo.InvariantCulture, $"AdamW, {count:#,0} {parameters}, decay on weights only");
        if (!session.Wants(work))
            return;
        var decay = new AdamWOptions { LearningRate = 1e-6, WeightDecay = 0.01 };
        var alternating = new AdamW(Layers().Parameters, decay);
        alternating.AddGroup(parameter => parameter.Name.StartsWith("bias", StringComparison.Ordinal), options => options with { WeightDecay = 0 });
        var single = new AdamW(Layers().Parameters, decay);
        session.Compare(
            work,
            "decay on all",
            1.3,
            AlternatingPairs.Timed(() => alternating.Step()),
            AlternatingPairs.Timed(() => single.Step()),
            count * (weightLength + biasLength));

        ParameterStore Layers()
        {
            var store = new ParameterStore();
            for (int i = 0; i < count; i++)
            {
                store.Add($"weight {i}", [weightLength]);
                store.Add($"bias {i}", [biasLength]);
            }

            return WithGradients(store);
        }
    }

    // Several passes over each parameter, so there is no limit of one pass; Adam says what they cost beside it.
    private static void WholeParameters(PeerSession session)
    {
        foreach ((string name, Func<IEnumerable<Parameter>, Optimizer> make) in OptimizerWork.OfWholeParameters)
        {
            string rows = string.Equals(name, nameof(SparseAdam), StringComparison.Ordinal) ? ", every tenth row" : "";
            string work = $"{name}{rows}, a matrix of 1,024 by 1,024";
            if (!session.Wants(work))
                continue;
            Optimizer optimizer = make(Filled(1, Side, Side));
            var adam = new Adam(Filled(1, Side, Side));
            session.Compare(
                work, "Adam", null, AlternatingPairs.Timed(Step(optimizer)), AlternatingPairs.Timed(() => adam.Step()), Side * Side);
        }
    }

    private static Action Step(Optimizer optimizer)
    {
        if (optimizer is not SparseAdam sparse)
            return () => optimizer.Step();
        int[] rows = [.. Enumerable.Range(0, Side / 10).Select(i => 10 * i)];
        float[] gradients = new float[rows.Length * Side];
        gradients.AsSpan().Fill(1e-3f);
        return () =>
        {
            sparse.AddGradients(sparse.Parameters[0], rows, gradients);
            sparse.Step();
        };
    }

    private static ParameterStore Filled(int count, params ReadOnlySpan<int> shape)
    {
        var store = new ParameterStore();
        for (int i = 0; i < count; i++)
            store.Add($"parameter {i}", Shape.Create(shape));
        return WithGradients(store);
    }

    private static ParameterStore WithGradients(ParameterStore store)
    {
        store.Freeze();
        using var buffers = new StepBuffers(store.Values.Length);
        buffers.Values.CopyTo(store.Values);
        buffers.Gradients.CopyTo(store.Gradients);
        return store;
    }

    private static double Repeat(int repeats, Action prepare, Action work)
    {
        double total = 0;
        TimedWork timed = AlternatingPairs.Timed(work);
        for (int i = 0; i < repeats; i++)
        {
            prepare();
            total += timed(1);
        }

        return total;
    }
}
