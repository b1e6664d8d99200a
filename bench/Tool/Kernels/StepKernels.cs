using System.Diagnostics;
using Samples.Shared.Timing;
using TensorEngine.Benchmarks.Limits;
using TensorEngine.Benchmarks.Networks;

namespace TensorEngine.Benchmarks.Tool.Kernels;

/// <summary>Training steps on the tape by one thread, and what two threads share.</summary>
internal static class StepKernels
{
    private static readonly TimeSpan s_lead = TimeSpan.FromMilliseconds(1);

    private static readonly HashSet<string> s_shared = new(StringComparer.Ordinal)
    {
        "product 128", "product 256", "product 512", "Adam, 256 K elements", "step 64-100-100-10, batch 128", "step 784-512-512-10, batch 128",
        "ReLU, 256 K elements", "squared norm, 256 K elements", "normal fill, 256 K elements",
    };

    public static IEnumerable<Kernel> All() => [.. OnTheTape(), .. Environment.ProcessorCount < 2 ? [] : Shared()];

    private static IEnumerable<Kernel> OnTheTape()
    {
        foreach (NetworkStep network in NetworkStep.All)
        {
            yield return new($"training step, {network}", "training steps", scope => AlternatingPairs.Timed(network.MakeStep(workers: null)))
            {
                Operations = network.Operations,
            };
        }

        yield return new($"training step, {GptStep.Small}", "training steps", scope => AlternatingPairs.Timed(GptStep.Small.MakeStep(null)))
        {
            Operations = GptStep.Small.Operations,
        };
    }

    private static IEnumerable<Kernel> Shared() =>
        from work in SharedWork.All()
        where s_shared.Contains(work.Name)
        select new Kernel($"{work.Name}, two threads", "two threads", scope =>
        {
            Action shared = work.Make(scope.Own(new Workers(2)));
            TimedWork timed = AlternatingPairs.Timed(shared);
            return repeats =>
            {
                // The calls before a sample have told the helpers that more will come.
                for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < s_lead;)
                    shared();
                return timed(repeats);
            };
        });
}
