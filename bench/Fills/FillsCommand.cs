using System.CommandLine;
using System.Globalization;
using Engine.Benchmarks.Timing;
using Engine.Generators;
using Engine.Initializers;

namespace Engine.Benchmarks.Fills;

/// <summary>The command <c>fills</c>: fills of 1 M elements beside PyTorch's and NumPy's, and one of 100 M by two threads.</summary>
internal static class FillsCommand
{
    private const int Elements = 1 << 20;
    private const int Large = 100_000_000;
    private const double SampleNanoseconds = 4e6;

    public static Command Create()
    {
        var pairs = new Option<int>("--pairs") { Description = "The pairs of samples that a ratio rests on", DefaultValueFactory = _ => 101 };
        var python = new Option<string>("--python") { Description = "The Python with PyTorch and NumPy", DefaultValueFactory = _ => "/usr/bin/python3" };
        var command = new Command("fills", "Compare random fills with PyTorch's and NumPy's, and two threads with one") { pairs, python };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(pairs), parsed.GetRequiredValue(python)));
        return command;
    }

    private static int Run(int pairs, string python)
    {
        float[] values = GC.AllocateUninitializedArray<float>(Elements, pinned: true);
        var philox = new Philox(1);
        var torch = new TorchGenerator(1);
        TimedWork normal = AlternatingPairs.Timed(() => philox.Normal(values));
        TimedWork uniform = AlternatingPairs.Timed(() => philox.Uniform(values));
        TimedWork torchNormal = AlternatingPairs.Timed(() => torch.Normal(values));
        using FillPeer? peer = FillPeer.TryStart(python);
        Console.WriteLine(peer is null ? $"{python} has no PyTorch and NumPy to compare with." : peer.Version);
        Console.WriteLine("| fill, 1 M elements | peer | times as fast | at least | ours, ns per element | peer's | ours, least | peer's, least |");
        Console.WriteLine("|---|---|--:|--:|--:|--:|--:|--:|");
        if (peer is not null)
        {
            Compare("Philox, normal", "PyTorch normal_", normal, peer.Work("torch normal", Elements), 4, pairs, Elements);
            Compare("Philox, normal", "NumPy standard_normal, float32", normal, peer.Work("numpy normal", Elements), 8, pairs, Elements);
            Compare("Philox, uniform", "PyTorch uniform_", uniform, peer.Work("torch uniform", Elements), null, pairs, Elements);
            Compare("Philox, uniform", "NumPy random, float32", uniform, peer.Work("numpy uniform", Elements), null, pairs, Elements);
            Compare("TorchGenerator, normal", "PyTorch normal_", torchNormal, peer.Work("torch normal", Elements), 2, pairs, Elements);
        }

        TwoThreads(Math.Min(pairs, 15));
        return 0;
    }

    // Kaiming normal into one weight of 100 M: the second half by a second thread, whose generator starts at its position.
    private static void TwoThreads(int pairs)
    {
        var store = new ParameterStore();
        Parameter weight = store.Add("weight", [Large / 10_000, 10_000]);
        const int Half = Large / 2;
        TimedWork one = AlternatingPairs.Timed(() => Initialize.KaimingNormal(weight, new Philox(1)));
        TimedWork two = AlternatingPairs.Timed(() =>
        {
            var second = new Thread(() => Initialize.KaimingNormal(weight.Values[Half..], 10_000, new Philox(1) { Position = Half }));
            second.Start();
            Initialize.KaimingNormal(weight.Values[..Half], 10_000, new Philox(1));
            second.Join();
        });
        Compare("Kaiming normal, 100 M, two threads", "one thread", two, one, 1.8, pairs, Large);
    }

    private static void Compare(string work, string peer, TimedWork ours, TimedWork peers, double? atLeast, int pairs, int elements)
    {
        PairedTimes times = AlternatingPairs.Measure(ours, peers, pairs, SampleNanoseconds);
        double ratio = 1 / times.Ratio.Median;
        string bound = atLeast is { } least ? $"{least.ToString("0.0", CultureInfo.InvariantCulture)}{(ratio >= least ? "" : ", NOT MET")}" : "";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {work} | {peer} | {ratio:0.00} | {bound} | {times.Ours.Median / elements:0.000} | {times.Peer.Median / elements:0.000} | {times.Ours.Least / elements:0.000} | {times.Peer.Least / elements:0.000} |"));
    }
}
