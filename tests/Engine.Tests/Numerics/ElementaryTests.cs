using Engine.Numerics;
using Engine.Simd;
using Engine.Tests.Support;
using NUnit.Framework;

namespace Engine.Tests.Numerics;

public class ElementaryTests
{
    // The largest errors in ULP that the documentation of Elementary states.
    private const double ExpBound = 1.01;
    private const double LogBound = 0.8;
    private const double SinCosBound = 1.2e-7;

    // A step that is odd, so that every pattern of low bits comes up: 4 million floats of either sign and every exponent.
    private const uint Step = 1021;

    [Test]
    public void Exp_stays_within_its_bound_for_every_kind_of_float() =>
        Sweep<ExpFunction>(Math.Exp, ExpBound);

    [Test]
    public void Log_stays_within_its_bound_for_every_kind_of_float() =>
        Sweep<LogFunction>(Math.Log, LogBound);

    [Test]
    public void Sine_and_cosine_of_turns_stay_within_their_bound()
    {
        double worst = 0;
        for (ulong word = 0; word <= uint.MaxValue; word += 5003)
        {
            (FloatLane1 sine, FloatLane1 cosine) = Elementary.SinCosOfTurn(FloatLane1.SplatBits((uint)word));
            (double exactSine, double exactCosine) = Math.SinCos(2 * Math.PI * word / (1L << 32));
            worst = Math.Max(worst, Math.Max(Math.Abs(sine.Value - exactSine), Math.Abs(cosine.Value - exactCosine)));
        }

        TestContext.Out.WriteLine($"largest error {worst:E3}");
        Assert.That(worst, Is.LessThanOrEqualTo(SinCosBound));
    }

    [Test]
    public void Every_width_has_the_same_bits()
    {
        var random = new Random(2);
        float[] x = new float[1000];
        FloatSamples.FillSpread(x, random, -30, 30);
        FloatSamples.SprinkleSpecial(x, random);
        float[] exponential = new float[x.Length], logarithm = new float[x.Length];
        using (new ForcedWidth(1))
        {
            ElementLoop.Run<ExpFunction>(x, exponential);
            ElementLoop.Run<LogFunction>(x, logarithm);
        }

        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            float[] y = new float[x.Length];
            ElementLoop.Run<ExpFunction>(x, y);
            Bits.AssertSame(y, exponential, $"exp, width {width}");
            ElementLoop.Run<LogFunction>(x, y);
            Bits.AssertSame(y, logarithm, $"log, width {width}");
        }
    }

    private static void Sweep<TFunction>(Func<double, double> exact, double bound)
        where TFunction : struct, IUnaryFunction
    {
        const int Chunk = 4096;
        float[] x = new float[Chunk], y = new float[Chunk];
        double worst = 0;
        for (ulong bits = 0; bits <= uint.MaxValue; bits += Step * (ulong)Chunk)
        {
            for (uint i = 0; i < Chunk; i++)
                x[i] = BitConverter.UInt32BitsToSingle((uint)bits + i * Step);
            ElementLoop.Run<TFunction>(x, y);
            for (int i = 0; i < Chunk; i++)
            {
                double expected = exact(x[i]), error = Error(y[i], expected);
                if (error > bound)
                    Assert.Fail($"f({x[i]:R}) is {y[i]:R}, exactly {expected:R}: {error} ULP.");
                worst = Math.Max(worst, error);
            }
        }

        TestContext.Out.WriteLine($"largest error {worst:F4} ULP");
    }

    // NaN must be met by NaN, infinity by infinity; what lies beyond the largest float may round to it or to infinity.
    private static double Error(float actual, double exact)
    {
        if (double.IsNaN(exact) || double.IsInfinity(exact))
            return float.IsNaN(actual) == double.IsNaN(exact) && (double.IsNaN(exact) || actual == exact) ? 0 : double.PositiveInfinity;
        if (float.IsNaN(actual))
            return double.PositiveInfinity;
        double ulp = Math.Max(Math.ScaleB(1, -149), Math.ScaleB(1, Math.ILogB(exact == 0 ? double.Epsilon : exact) - 23));
        if (float.IsInfinity(actual))
            return Math.Abs(exact) > float.MaxValue - Math.ScaleB(1, 104) ? 0 : double.PositiveInfinity;
        return Math.Abs(exact) > float.MaxValue ? Math.Abs(actual - exact) / Math.ScaleB(1, 104) : Math.Abs(actual - exact) / ulp;
    }
}
