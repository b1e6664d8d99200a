using NUnit.Framework;
using TensorEngine.Lanes;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Lanes;

/// <summary>Every member of the double lanes at every width against single doubles.</summary>
public sealed class DoubleLaneTests
{
    private const int Offset = 3;

    [Test]
    public void EveryOperationHasTheExpectedBits([ValueSource(typeof(ForcedWidth), nameof(ForcedWidth.All))] int width)
    {
        double[] special =
        [
            .. FloatSamples.Special.Select(value => (double)value),
            double.Epsilon, -2.5e-308, 1e308, -double.MaxValue, 1 + Math.ScaleB(1, -52), 0.1, -1e-160, 1e200,
        ];
        (double A, double B)[] inputs = [.. from a in special from b in special select (a, b)];
        int length = (inputs.Length + 7) / 8 * 8;
        double[] left = new double[length], right = new double[length], sum = new double[length], product = new double[length];
        double[] quotient = new double[length];
        float[] floats = new float[length];
        for (int i = 0; i < length; i++)
            (left[i], right[i]) = inputs[i % inputs.Length];

        using (new ForcedWidth(width))
        {
            var kernel = new Arithmetic(left, right, sum, product, quotient, floats);
            LaneDispatch.Double(ref kernel);
        }

        for (int i = 0; i < length; i++)
        {
            Assert.That(Bits.Same(sum[i], left[i] + right[i]), $"{left[i]:R} + {right[i]:R} is {sum[i]:R}");
            Assert.That(Bits.Same(product[i], left[i] * right[i]), $"{left[i]:R} * {right[i]:R} is {product[i]:R}");
            Assert.That(Bits.Same(quotient[i], left[i] / right[i]), $"{left[i]:R} / {right[i]:R} is {quotient[i]:R}");
            Assert.That(Bits.Same(floats[i], (float)left[i]), $"{left[i]:R} becomes {floats[i]:R}");
        }
    }

    [Test]
    public void LoadFloatsWidensExactly([ValueSource(typeof(ForcedWidth), nameof(ForcedWidth.All))] int width)
    {
        float[] source = [.. FloatSamples.Special, .. new float[8]];
        double[] widened = new double[source.Length];
        using (new ForcedWidth(width))
        {
            var kernel = new Widen(source, widened);
            LaneDispatch.Double(ref kernel);
        }

        for (int i = 0; i < source.Length; i++)
            Assert.That(Bits.Same(widened[i], i < Offset ? 0.0 : source[i]), $"element {i}: {source[i]} becomes {widened[i]}");
    }

    private readonly struct Arithmetic(
        double[] left, double[] right, double[] sum, double[] product, double[] quotient, float[] floats) : IDoubleKernel
    {
        public void Run<TDouble>()
            where TDouble : struct, IDoubleLane<TDouble>
        {
            for (int i = 0; i < left.Length; i += TDouble.Width)
            {
                TDouble a = TDouble.Load(in left[0], i), b = TDouble.Load(in right[0], i);
                (a + b).Store(ref sum[0], i);
                (a * b).Store(ref product[0], i);
                (a / b).Store(ref quotient[0], i);
                a.StoreFloats(ref floats[0], i);
            }
        }
    }

    private readonly struct Widen(float[] source, double[] destination) : IDoubleKernel
    {
        public void Run<TDouble>()
            where TDouble : struct, IDoubleLane<TDouble>
        {
            Assert.That(TDouble.Width, Is.EqualTo(Math.Max(1, LaneWidth.Current / 2)));
            int i = Offset;
            for (; i <= source.Length - TDouble.Width; i += TDouble.Width)
                TDouble.LoadFloats(in source[0], i).Store(ref destination[0], i);
            for (; i < source.Length; i++)
                destination[i] = source[i];
        }
    }
}
