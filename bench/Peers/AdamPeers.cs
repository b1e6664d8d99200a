using Samples.Shared.Timing;
using TensorEngine.Benchmarks.Workloads;
using TensorEngine.Optimizers;

namespace TensorEngine.Benchmarks.Peers;

/// <summary>One step of Adam: inside the caches against C++, past them against a loop that only moves the same memory.</summary>
internal static class AdamPeers
{
    // Late enough that the constants of a step no longer change much: the peers, who get them ready, keep those of this one.
    private const long FirstStep = 1000;

    private static readonly AdamOptions s_options = new();

    public static void Run(PeerSession session, CppLoops? cpp, CppLoops? withErrno)
    {
        CheckThatBothAgree(session, cpp);
        foreach (int length in (int[])[4 << 10, 16 << 10, 64 << 10, 256 << 10])
            InsideTheCaches(session, cpp, withErrno, length);
        PastTheCaches(session, cpp, 16 << 20);
    }

    // Nothing is timed that does not do the same work, to the last bit.
    private static void CheckThatBothAgree(PeerSession session, CppLoops? cpp)
    {
        if (cpp is not { HasIntrinsics: true })
            return;
        using StepBuffers ours = new(4 << 10), theirs = new(4 << 10);
        for (long step = 1; step <= 10; step++)
        {
            Adam.Update(s_options, step, ours.Values, ours.Gradients, ours.State0, ours.State1);
            cpp.Intrinsics(theirs, new AdamConstants(s_options, step));
        }

        int same = MemoryExtensions.CommonPrefixLength<float>(ours.Values, theirs.Values);
        if (same < ours.Length)
            session.Lacks("equal work", $"element {same} is {ours.Values[same]:R}, by C++ intrinsics {theirs.Values[same]:R}; the ratios compare unequal work");
    }

    private static void InsideTheCaches(PeerSession session, CppLoops? cpp, CppLoops? withErrno, int length)
    {
        string work = $"Adam, {length >> 10} K elements";
        if (cpp is null || !session.Wants(work))
            return;
        var constants = new AdamConstants(s_options, FirstStep);
        using var buffers = new StepBuffers(length);
        TimedWork ours = Ours(buffers);
        if (cpp.HasIntrinsics)
        {
            long step = FirstStep;
            session.Compare(work, "C++, AVX-512 intrinsics", 1.05, ours, AlternatingPairs.Timed(() => cpp.Intrinsics(buffers, constants)), length);
            session.Compare(work, "C++, the same, whole step", 1.05, ours, AlternatingPairs.Timed(() => cpp.Step(buffers, s_options, step++)), length);
        }

        session.Compare(
            work, "C++, plain loop, PyTorch's formula", 0.75, ours, AlternatingPairs.Timed(() => cpp.TwoDivisions(buffers, constants)), length);
        if (withErrno is not null)
        {
            session.Compare(
                work, $"C++, the same, g++ {CppLoops.PlainFlags}", 0.75, ours, AlternatingPairs.Timed(() => withErrno.TwoDivisions(buffers, constants)), length);
        }

        session.Compare(work, "C++, plain loop, one division", null, ours, AlternatingPairs.Timed(() => cpp.Plain(buffers, constants)), length);
    }

    private static void PastTheCaches(PeerSession session, CppLoops? cpp, int length)
    {
        string work = $"Adam, {length >> 20} M elements";
        if (!session.Wants(work))
            return;
        using var buffers = new StepBuffers(length);
        TimedWork ours = Ours(buffers);
        session.Compare(work, "limit loop", 1.10, ours, AlternatingPairs.Timed(() => LimitLoop.Run(buffers, states: 2)), length);
        if (cpp is not null)
            session.Compare(work, "limit loop in C++", null, ours, AlternatingPairs.Timed(() => cpp.Limit(buffers, 0)), length);
    }

    // The steps are counted, as the rule does more in some than in others.
    private static TimedWork Ours(StepBuffers buffers)
    {
        long step = FirstStep;
        return AlternatingPairs.Timed(
            () => Adam.Update(s_options, step++, buffers.Values, buffers.Gradients, buffers.State0, buffers.State1));
    }
}
