using NUnit.Framework;
using TensorEngine.Checkpoints;
using TensorEngine.Compression;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Compression;

/// <summary>Every optimizer that can, over a store of bf16: the promises that it keeps with floats.</summary>
public sealed class BFloat16StepTests
{
    private const int Steps = 3;

    private static readonly StateCodec[] s_codecs = [StateCodec.Float32, StateCodec.BFloat16, StateCodec.Block8];

    // Lengths with padding, several chunks, and one that stays small.
    private static readonly Shape[] s_shapes = [[70, 100], [31], [1]];

    private static IEnumerable<OptimizerCase> Cases => OptimizerCatalog.Cases.Where(CanStep);

    [Test]
    public void AStepHasTheSameBitsAtEveryWidthAndNumberOfThreads(
        [ValueSource(nameof(Cases))] OptimizerCase optimizer, [ValueSource(nameof(s_codecs))] StateCodec codec)
    {
        uint[]? expected = null;
        foreach (int width in ForcedWidth.All)
        {
            using var _ = new ForcedWidth(width);
            using var workers = new Workers(3) { ShareAll = true };
            Run run = new(optimizer, codec) { Optimizer = { Workers = width == 4 ? null : workers } };

            // A clamp that does nothing takes the way by decoded memory, none the loop of its own.
            run.Optimizer.GradientOptions.ClipValue = width == 8 ? float.MaxValue : null;
            run.Take(Steps);
            expected ??= run.All();
            Assert.That(run.All(), Is.EqualTo(expected), $"width {width}");
        }
    }

    [Test]
    public void ARunResumesBitForBit(
        [ValueSource(nameof(Cases))] OptimizerCase optimizer, [Values(StateCodec.Float32, StateCodec.Block8)] StateCodec codec)
    {
        Run whole = new(optimizer, codec), first = new(optimizer, codec);
        whole.Take(2 * Steps);
        first.Take(Steps);
        using var file = new MemoryStream();
        first.Checkpoint.Save(file);
        file.Position = 0;
        Run second = new(optimizer, codec);
        second.Checkpoint.Load(file);
        Assert.That(second.All(), Is.EqualTo(first.All()), "after loading");
        second.Random = first.Random;
        second.Take(Steps);

        Assert.That(second.All(), Is.EqualTo(whole.All()), $"after {2 * Steps} steps");
    }

    [Test]
    public void AStepAllocatesNothingClearsAndKeepsThePadding(
        [ValueSource(nameof(Cases))] OptimizerCase optimizer, [Values(StateCodec.BFloat16, StateCodec.Block8)] StateCodec codec)
    {
        Run run = new(optimizer, codec) { Optimizer = { GradientOptions = { Clear = true, ClipNorm = 1 } } };
        run.Take(2);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 3; i++)
            run.Optimizer.Step();

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(run.Store.BFloat16Gradients.IndexOfAnyExcept((ushort)0), Is.EqualTo(-1));
        foreach (Parameter parameter in run.Store.Parameters)
        {
            Span<ushort> padding = run.Store.BFloat16Values.Slice(parameter.Offset, parameter.PaddedLength)[parameter.Length..];
            Assert.That(padding.IndexOfAnyExcept((ushort)0), Is.EqualTo(-1), $"{parameter}");
        }
    }

    /// <summary>A first step is that over floats, rounded to one of the two neighbours.</summary>
    [Test]
    public void AFirstStepIsThatOfFloatsToAPlace([ValueSource(nameof(Cases))] OptimizerCase optimizer)
    {
        Run run = new(optimizer, StateCodec.Float32);
        var plain = new ParameterStore();
        foreach (Shape shape in s_shapes)
            plain.Add($"parameter {plain.Count}", shape);
        Optimizer floats = optimizer.Make(plain.Parameters);
        run.Fill();
        for (int i = 0; i < s_shapes.Length; i++)
        {
            BFloat16.Widen(run.Store.Parameters[i].BFloat16Values, plain.Parameters[i].Values);
            BFloat16.Widen(run.Store.Parameters[i].BFloat16Gradients, plain.Parameters[i].Gradients);
        }

        run.Optimizer.Step();
        floats.Step();
        for (int i = 0; i < s_shapes.Length; i++)
        {
            float[] actual = new float[plain.Parameters[i].Length];
            BFloat16.Widen(run.Store.Parameters[i].BFloat16Values, actual);
            for (int j = 0; j < actual.Length; j++)
            {
                uint expected = Bits.Of(plain.Parameters[i].Values[j]);
                Assert.That(Bits.Of(actual[j]) >> 16, Is.EqualTo(expected >> 16).Or.EqualTo((expected >> 16) + 1), $"{i}, {j}");
            }
        }
    }

    private const System.Reflection.BindingFlags Hidden =
        System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic;

    private static bool CanStep(OptimizerCase optimizer)
    {
        var store = new ParameterStore();
        store.Add("weight", [4]);
        Optimizer made = optimizer.Make(store.Parameters);
        return ((bool?)made.GetType().GetProperty("CanStepHalves", Hidden)?.GetValue(made)) == true
            && optimizer.Options.Modifiers is not { NeedWholeParameters: true };
    }

    private sealed class Run
    {
        public Run(OptimizerCase optimizer, StateCodec codec)
        {
            foreach (Shape shape in s_shapes)
                Store.Add($"parameter {Store.Count}", shape);
            Store.Freeze();
            foreach (Parameter parameter in Store.Parameters)
                Spread(parameter.BFloat16Values, -3, 1);
            Optimizer = optimizer.With(
                    $"{codec}", options => options with { StateCompression = new StateCompression(codec) { LeastLength = 32 } })
                .Make(Store.Parameters);
            Checkpoint = new Checkpoint(Store) { { "optimizer", Optimizer } };
        }

        public ParameterStore Store { get; } = new(ValuePrecision.BFloat16);

        public Optimizer Optimizer { get; }

        public Checkpoint Checkpoint { get; }

        public Random Random { get; set; } = new(20240301);

        public void Fill()
        {
            foreach (Parameter parameter in Store.Parameters)
                Spread(parameter.BFloat16Gradients, -4, 1);
        }

        public void Take(int steps)
        {
            for (int i = 0; i < steps; i++)
            {
                Fill();
                Optimizer.Step();
            }
        }

        public uint[] All()
        {
            List<uint> all = [.. Store.BFloat16Values.ToArray().Select(one => (uint)one)];
            foreach (Parameter parameter in Store.Parameters)
            {
                foreach (string name in Optimizer.StateNames)
                {
                    float[] state = new float[parameter.Length];
                    Optimizer.ReadState(parameter, name, state);
                    all.AddRange(state.Select(Bits.Of));
                }
            }

            return [.. all];
        }

        private void Spread(Span<ushort> halves, int least, int most)
        {
            float[] floats = new float[halves.Length];
            FloatSamples.FillSpread(floats, Random, least, most);
            BFloat16.Round(floats, halves);
        }
    }
}
