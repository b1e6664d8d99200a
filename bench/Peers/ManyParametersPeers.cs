using Samples.Shared.Timing;
using TensorEngine.Benchmarks.Workloads;
using TensorEngine.Optimizers;

namespace TensorEngine.Benchmarks.Peers;

/// <summary>One step of Adam over 1,000 parameters of 32 elements: what it costs that they are many and small.</summary>
internal static class ManyParametersPeers
{
    private const string Work = "Adam, 1,000 parameters of 32";
    private const int Count = 1000;
    private const int Length = 32;

    public static void Run(PeerSession session, IReadOnlyList<PeerProcess> processes)
    {
        if (!session.Wants(Work))
            return;
        using var flat = new StepBuffers(Count * Length);
        var store = new ParameterStore();
        for (int i = 0; i < Count; i++)
            store.Add($"parameter{i}", [Length]);
        store.Freeze();
        flat.Values.CopyTo(store.Values);
        flat.Gradients.CopyTo(store.Gradients);

        var options = new AdamOptions { LearningRate = 1e-6 };
        var adam = new Adam(store, options);
        long step = 0;
        TimedWork ours = AlternatingPairs.Timed(() => adam.Step());
        TimedWork oneCall = AlternatingPairs.Timed(() => Adam.Update(options, ++step, flat.Values, flat.Gradients, flat.State0, flat.State1));
        session.Compare(Work, "one flat call", null, ours, oneCall, Count * Length);
        session.Compare(Work, "ours", null, ours, AlternatingPairs.Timed(() => adam.Step()), Count * Length);
        OptimizerPeers.Compare(session, processes, Work, ours, [.. Enumerable.Repeat(Length, Count)], threads: 1, Count * Length);
    }
}
