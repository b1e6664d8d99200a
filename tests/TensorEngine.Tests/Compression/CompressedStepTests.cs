using NUnit.Framework;
using TensorEngine.Checkpoints;
using TensorEngine.Compression;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Compression;

/// <summary>Every elementwise optimizer with compressed state: the promises that it keeps with floats.</summary>
public sealed class CompressedStepTests
{
    private const int Steps = 4;

    private static readonly StateCodec[] s_codecs = [StateCodec.BFloat16, StateCodec.Block8];

    // Lengths whose padding ends within a block of 32 and with one, several chunks, and two that stay float32.
    private static readonly Shape[] s_shapes = [[7, 10], [31], [4113], [1]];

    // The values at the start, and the gradients of every step: the same for all, and drawn once.
    private static readonly float[][] s_draws = Draws();

    private static IEnumerable<OptimizerCase> Cases => OptimizerCatalog.Cases.Where(one => one.States.Count > 0);

    [Test]
    public void AStepHasTheSameBitsAtEveryWidthAndNumberOfThreads(
        [ValueSource(nameof(Cases))] OptimizerCase optimizer, [ValueSource(nameof(s_codecs))] StateCodec codec, [Values] bool clears)
    {
        OptimizerCase compressed = Compressed(optimizer, codec, 32);
        float[]? expected = null;
        foreach (int width in ForcedWidth.All)
        {
            foreach (int threads in (int[])[1, 3])
            {
                using var _ = new ForcedWidth(width);
                using var workers = new Workers(threads) { ShareAll = true };
                Run run = new(compressed) { Optimizer = { Workers = workers, GradientOptions = { Clear = clears } } };
                run.Take(Steps);
                expected ??= run.All();
                Bits.AssertSame(run.All(), expected, $"width {width}, {threads} threads");
            }
        }
    }

    [Test]
    public void AClampThatDoesNothingChangesNoBit(
        [ValueSource(nameof(Cases))] OptimizerCase optimizer, [ValueSource(nameof(s_codecs))] StateCodec codec)
    {
        // A clamped step takes the way by decoded memory, an unclamped one the loop of its own.
        Run plain = new(Compressed(optimizer, codec, 32)), clamped = new(Compressed(optimizer, codec, 32));
        clamped.Optimizer.GradientOptions.ClipValue = float.MaxValue;
        plain.Take(Steps);
        clamped.Take(Steps);
        Bits.AssertSame(clamped.All(), plain.All(), $"clamped");
    }

    [Test]
    public void ARunResumesBitForBit(
        [ValueSource(nameof(Cases))] OptimizerCase optimizer, [ValueSource(nameof(s_codecs))] StateCodec codec)
    {
        Run whole = new(Compressed(optimizer, codec, 32)), first = new(Compressed(optimizer, codec, 32));
        whole.Take(2 * Steps);
        first.Take(Steps);
        using var file = new MemoryStream();
        first.Checkpoint.Save(file);
        file.Position = 0;
        Run second = new(Compressed(optimizer, codec, 32));
        second.Checkpoint.Load(file);
        Bits.AssertSame(second.All(), first.All(), $"after loading");
        second.Taken = first.Taken;
        second.Take(Steps);

        Bits.AssertSame(second.All(), whole.All(), $"after {2 * Steps} steps");
    }

    [Test]
    public void AStepAllocatesNothingAndKeepsThePadding(
        [ValueSource(nameof(Cases))] OptimizerCase optimizer, [ValueSource(nameof(s_codecs))] StateCodec codec)
    {
        Run run = new(Compressed(optimizer, codec, 32));
        run.Take(2);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
            run.Optimizer.Step();

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        foreach (Parameter parameter in run.Store.Parameters)
        {
            foreach (float padding in run.Store.Values.Slice(parameter.Offset, parameter.PaddedLength)[parameter.Length..])
                Assert.That(Bits.Of(padding), Is.Zero, $"{parameter}");
        }
    }

    [Test]
    public void SmallParametersKeepFloat32(
        [ValueSource(nameof(Cases))] OptimizerCase optimizer, [ValueSource(nameof(s_codecs))] StateCodec codec)
    {
        Run plain = new(optimizer), compressed = new(Compressed(optimizer, codec, 1_000_000));
        plain.Take(Steps);
        compressed.Take(Steps);
        Bits.AssertSame(compressed.All(), plain.All(), $"all of them small");
        Run some = new(Compressed(optimizer, codec, 4096));
        string name = some.Optimizer.StateNames[0];
        Assert.That(
            some.Store.Parameters.Select(parameter => some.Optimizer.CodecOf(parameter, name)),
            Is.EqualTo((StateCodec[])[StateCodec.Float32, StateCodec.Float32, codec, StateCodec.Float32]));
    }

    private static OptimizerCase Compressed(OptimizerCase optimizer, StateCodec codec, int leastLength) =>
        optimizer.With(
            $"{codec}", options => options with { StateCompression = new StateCompression(codec) { LeastLength = leastLength } });

    private static ParameterStore MakeStore()
    {
        var store = new ParameterStore();
        foreach (Shape shape in s_shapes)
            store.Add($"parameter {store.Count}", shape);
        store.Freeze();
        return store;
    }

    private static float[][] Draws()
    {
        var random = new Random(20240301);
        ParameterStore store = MakeStore();
        foreach (Parameter parameter in store.Parameters)
            FloatSamples.FillSpread(parameter.Values, random, -3, 1);
        float[][] draws = new float[1 + 2 * Steps][];
        draws[0] = store.Values.ToArray();
        for (int step = 1; step < draws.Length; step++)
        {
            TestStore.FillGradients(store, random);
            draws[step] = store.Gradients.ToArray();
        }

        return draws;
    }

    private sealed class Run
    {
        public Run(OptimizerCase optimizer)
        {
            s_draws[0].CopyTo(Store.Values);
            Optimizer = optimizer.Make(Store.Parameters);
            Checkpoint = new Checkpoint(Store) { { "optimizer", Optimizer } };
        }

        public ParameterStore Store { get; } = MakeStore();

        public Optimizer Optimizer { get; }

        public Checkpoint Checkpoint { get; }

        public int Taken { get; set; }

        public void Take(int steps)
        {
            for (int i = 0; i < steps; i++)
            {
                s_draws[++Taken].CopyTo(Store.Gradients);
                Optimizer.Step();
            }
        }

        public float[] All()
        {
            var all = new List<float>(Store.Values.ToArray());
            foreach (Parameter parameter in Store.Parameters)
            {
                foreach (string name in Optimizer.StateNames)
                {
                    float[] state = new float[parameter.Length];
                    Optimizer.ReadState(parameter, name, state);
                    all.AddRange(state);
                }
            }

            return [.. all];
        }
    }
}
