using System.Text.Json.Nodes;
using Samples.Shared.Timing;
using TensorEngine.Generators;
using TensorEngine.Initializers;

namespace TensorEngine.Benchmarks.Peers;

/// <summary>Random fills of 1 M elements beside PyTorch's and NumPy's, and one of 100 M by two threads.</summary>
internal static class FillPeers
{
    private const int Elements = 1 << 20;
    private const int Large = 100_000_000;

    public static void Run(PeerSession session, PeerProcess? torch, PeerProcess? sharp)
    {
        if (torch is not null)
        {
            float[] values = GC.AllocateUninitializedArray<float>(Elements, pinned: true);
            var philox = new Philox(1);
            var continued = new TorchGenerator(1);
            TimedWork normal = AlternatingPairs.Timed(() => philox.Normal(values));
            TimedWork uniform = AlternatingPairs.Timed(() => philox.Uniform(values));
            TimedWork torchNormal = AlternatingPairs.Timed(() => continued.Normal(values));
            Compare("1 M normal draws, Philox", "torch normal", "PyTorch normal_", 1 / 4.0, normal);
            Compare("1 M normal draws, Philox", "numpy normal", "NumPy standard_normal", 1 / 8.0, normal);
            Compare("1 M uniform draws, Philox", "torch uniform", "PyTorch uniform_", null, uniform);
            Compare("1 M uniform draws, Philox", "numpy uniform", "NumPy random", null, uniform);
            Compare("1 M normal draws, TorchGenerator", "torch normal", "PyTorch normal_", 1 / 2.0, torchNormal);
        }

        if (sharp is not null)
        {
            float[] values = GC.AllocateUninitializedArray<float>(Elements, pinned: true);
            var philox = new Philox(1);
            var request = new JsonObject { ["work"] = "fill", ["fill"] = "torch normal", ["elements"] = Elements };
            session.Compare(
                "1 M normal draws, Philox",
                sharp,
                "TorchSharp normal_",
                0.22,
                AlternatingPairs.Timed(() => philox.Normal(values)),
                request,
                elements: Elements);
        }

        TwoThreads(session);

        void Compare(string work, string fill, string peer, double? atMost, TimedWork ours) =>
            session.Compare(
                work,
                torch!,
                peer,
                atMost,
                ours,
                new JsonObject { ["work"] = "fill", ["fill"] = fill, ["elements"] = Elements },
                elements: Elements);
    }

    private static void TwoThreads(PeerSession session)
    {
        const string Work = "Kaiming normal, 100 M elements, two threads";
        if (!session.Wants(Work))
            return;
        var store = new ParameterStore();
        Parameter weight = store.Add("weight", [Large / 10_000, 10_000]);
        using var workers = new Workers(2);
        session.Compare(
            Work,
            "one thread",
            1 / 1.8,
            AlternatingPairs.Timed(() => Initialize.KaimingNormal(weight, new Philox(1) { Workers = workers })),
            AlternatingPairs.Timed(() => Initialize.KaimingNormal(weight, new Philox(1))),
            Large);
    }
}
