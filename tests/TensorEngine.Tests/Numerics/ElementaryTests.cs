using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using NUnit.Framework;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Numerics;

/// <summary>The documented maximum errors of the float functions hold, on all floats or a dense part of them.</summary>
public partial class ElementaryTests
{
    // Odd, so that every pattern of low bits comes up: 4 million floats of either sign and every exponent.
    private const uint DenseStep = 1021;

    // On a machine with time (TENSORENGINE_EXHAUSTIVE=1, half an hour) every float is tested. The result is in bench/results/elementary.md.
    private static readonly uint s_step = Environment.GetEnvironmentVariable("TENSORENGINE_EXHAUSTIVE") is "1" ? 1 : DenseStep;

    public delegate void SpanFunction(ReadOnlySpan<float> input, Span<float> output, Workers? workers = null);

    private static readonly object[] s_functions =
    [
        Case(nameof(Elementary.Exp), Elementary.Exp, Math.Exp),
        Case(nameof(Elementary.Log), Elementary.Log, Math.Log),
        Case(nameof(Elementary.Sin), Elementary.Sin, Math.Sin),
        Case(nameof(Elementary.Cos), Elementary.Cos, Math.Cos),
        Case(nameof(Elementary.Tanh), Elementary.Tanh, Math.Tanh),
    ];

    [TestCaseSource(nameof(s_functions))]
    public void Errors_stay_within_the_documented_bound(string name, SpanFunction function, Func<double, double> exact)
    {
        const int Chunk = 4096;
        double bound = DocumentedBound(name);
        // Angles beyond the lanes are computed one by one, in double, which takes long.
        uint step = s_step > 1 && (name is nameof(Elementary.Sin) or nameof(Elementary.Cos)) ? 4099 : s_step;
        float[] x = new float[Chunk], y = new float[Chunk];
        double worst = 0;
        float worstAt = 0;
        for (ulong bits = 0; bits <= uint.MaxValue; bits += step * (ulong)Chunk)
        {
            for (uint i = 0; i < Chunk; i++)
                x[i] = BitConverter.UInt32BitsToSingle((uint)bits + i * step);
            function(x, y);
            for (int i = 0; i < Chunk; i++)
            {
                double error = Error(y[i], exact(x[i]));
                if (error > worst)
                    (worst, worstAt) = (error, x[i]);
            }
        }

        TestContext.Out.WriteLine($"{name}: largest error {worst:F4} ULP, at {worstAt:R}, documented {bound}");
        Assert.That(worst, Is.LessThanOrEqualTo(bound), $"at {worstAt:R}");
        // A bound that is far above what happens would say little.
        Assert.That(worst, Is.GreaterThan((step == 1 ? 0.98 : 0.9) * bound));
    }

    /// <summary>Near multiples of pi / 2 what is left of the angle is smallest, and its relative error largest.</summary>
    [Test]
    public void Sine_and_cosine_keep_their_bounds_near_their_zeros()
    {
        double sineBound = DocumentedBound(nameof(Elementary.Sin)), cosineBound = DocumentedBound(nameof(Elementary.Cos));
        const int Most = 83443; // 131072 / (pi / 2)
        float[] x = new float[7 * (Most + 1)], sine = new float[x.Length], cosine = new float[x.Length];
        for (int quarter = 0; quarter <= Most; quarter++)
        {
            float angle = (float)(quarter * (Math.PI / 2));
            for (int i = 0; i < 7; i++)
                x[7 * quarter + i] = Bits.ToFloat((uint)Math.Max(0, Bits.Of(angle) + i - 3));
        }

        Elementary.Sin(x, sine);
        Elementary.Cos(x, cosine);
        for (int i = 0; i < x.Length; i++)
        {
            Assert.That(Error(sine[i], Math.Sin(x[i])), Is.LessThanOrEqualTo(sineBound), $"sine of {x[i]:R}");
            Assert.That(Error(cosine[i], Math.Cos(x[i])), Is.LessThanOrEqualTo(cosineBound), $"cosine of {x[i]:R}");
        }
    }

    [Test]
    public void Sine_and_cosine_of_turns_stay_within_the_documented_bound()
    {
        double bound = DocumentedBound(nameof(Elementary.SinCosOfTurn));
        double worst = 0;
        for (ulong word = 0; word <= uint.MaxValue; word += s_step > 1 ? 5003u : 1u)
        {
            (FloatLane1 sine, FloatLane1 cosine) = Elementary.SinCosOfTurn(FloatLane1.SplatBits((uint)word));
            (double exactSine, double exactCosine) = Math.SinCos(2 * Math.PI * word / (1L << 32));
            worst = Math.Max(worst, Math.Max(Math.Abs(sine.Value - exactSine), Math.Abs(cosine.Value - exactCosine)));
        }

        TestContext.Out.WriteLine($"sine and cosine of turns: largest error {worst:E4}, documented {bound}");
        Assert.That(worst, Is.LessThanOrEqualTo(bound).And.GreaterThan(0.9 * bound));
    }

    [TestCaseSource(nameof(s_functions))]
    public void Every_width_and_the_same_memory_have_the_same_bits(string name, SpanFunction function, Func<double, double> exact)
    {
        var random = new Random(2);
        float[] x = new float[1003], expected = new float[x.Length];
        FloatSamples.FillSpread(x, random, -30, 30);
        FloatSamples.SprinkleSpecial(x, random);
        using (new ForcedWidth(1))
            function(x, expected);
        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            float[] y = [.. x];
            function(y, y);
            Bits.AssertSame(y, expected, $"{name}, width {width}");
        }

        float[] zeros = [-0f, 0f];
        function(zeros, zeros);
        Assert.That(zeros.Select(float.IsNegative), Is.EqualTo(new[] { float.IsNegative((float)exact(-0.0)), float.IsNegative((float)exact(0.0)) }));
    }

    [TestCaseSource(nameof(s_functions))]
    public void Bad_spans_are_named_and_nothing_is_written(string name, SpanFunction function, Func<double, double> exact)
    {
        float[] memory = [7, 7, 7, 7];
        Assert.That(
            Assert.Throws<ArgumentException>(() => function(memory.AsSpan(0, 2), memory.AsSpan(0, 3)))!.Message, Does.Contain("output has 3 elements"));
        Assert.That(
            Assert.Throws<ArgumentException>(() => function(memory.AsSpan(0, 3), memory.AsSpan(1, 3)))!.Message, Does.Contain("output overlaps input"));
        Assert.That(memory, Is.All.EqualTo(7f), name);
        Assert.That(exact(1), Is.Not.NaN);
        function([], []);
    }

    /// <summary>The number after "error at most" in the documentation of every overload, which must all name the same.</summary>
    private static double DocumentedBound(string name)
    {
        var documentation = XDocument.Load(Path.Combine(TestContext.CurrentContext.TestDirectory, "TensorEngine.xml"));
        string method = $"M:{typeof(Elementary).FullName}.{name}";
        double[] bounds =
        [
            .. documentation.Descendants("member")
                .Where(member => IsOverload((string)member.Attribute("name")!, method))
                .Select(member => BoundPattern().Match(member.Element("summary")!.Value))
                .Select(match => double.Parse(match.Groups["bound"].Value, CultureInfo.InvariantCulture)),
        ];
        Assert.That(bounds, Is.Not.Empty, name);
        Assert.That(bounds, Is.All.EqualTo(bounds[0]), name);
        return bounds[0];
    }

    private static bool IsOverload(string member, string method) =>
        member.StartsWith(method, StringComparison.Ordinal) && member.Length > method.Length && member[method.Length] is '(' or '`';

    [GeneratedRegex(@"[Ee]rror at\s+most\s+(?<bound>[0-9.e-]*[0-9])", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex BoundPattern();

    private static TestCaseData Case(string name, SpanFunction function, Func<double, double> exact) =>
        new TestCaseData(name, function, exact).SetArgDisplayNames(name);

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
