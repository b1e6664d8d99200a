using NUnit.Framework;
using TensorEngine.Compression;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Compression;

/// <summary>The bits of values and state after 20 steps: those of every machine, width and number of threads.</summary>
public sealed class CompressedDigestTests
{
    private const int Length = 7000;

    [TestCase("Adam", StateCodec.BFloat16, 0xF87C696575328EF3)]
    [TestCase("Lion", StateCodec.BFloat16, 0xE15E68E58A56C04F)]
    [TestCase("Momentum", StateCodec.BFloat16, 0x2D3009BEB8698EAC)]
    [TestCase("RmsProp", StateCodec.BFloat16, 0xF889AF101A304517)]
    [TestCase("Adam", StateCodec.Block8, 0x14AA64FA862472ED)]
    [TestCase("Lion", StateCodec.Block8, 0x747D3A9C217229B3)]
    [TestCase("Momentum", StateCodec.Block8, 0x1D633F18438BA7F6)]
    [TestCase("RmsProp", StateCodec.Block8, 0x59E23F580DB30C71)]
    public void TheBitsAre(string name, StateCodec codec, object digest)
    {
        foreach (int width in ForcedWidth.All)
        {
            using var _ = new ForcedWidth(width);
            Assert.That($"{Digest(name, codec):X16}", Is.EqualTo($"{digest:X16}"), $"width {width}");
        }
    }

    private static ulong Digest(string name, StateCodec codec)
    {
        var store = new ParameterStore();
        Parameter weight = store.Add("weight", [70, 100]);
        var state = new StateCompression(codec) { LeastLength = 1 };
        Optimizer optimizer = name switch
        {
            "Adam" => new Adam(store, new() { StateCompression = state }),
            "Lion" => new Lion(store, new() { StateCompression = state }),
            "Momentum" => new Momentum(store, new() { StateCompression = state }),
            _ => new RmsProp(store, new() { StateCompression = state }),
        };
        for (int i = 0; i < Length; i++)
            weight.Values[i] = (i % 97 - 48) / 64f;
        for (int step = 1; step <= 20; step++)
        {
            for (int i = 0; i < Length; i++)
                weight.Gradients[i] = ((i * 31 + step * 17) % 101 - 50) / 128f;
            optimizer.Step();
        }

        // FNV-1a, a float at a time.
        ulong digest = 0xCBF2_9CE4_8422_2325;
        Add(weight.Values);
        float[] floats = new float[Length];
        foreach (string stateName in optimizer.StateNames)
        {
            optimizer.ReadState(weight, stateName, floats);
            Add(floats);
        }

        return digest;

        void Add(ReadOnlySpan<float> values)
        {
            foreach (float value in values)
                digest = unchecked((digest ^ Bits.Of(value)) * 0x100_0000_01B3);
        }
    }
}
