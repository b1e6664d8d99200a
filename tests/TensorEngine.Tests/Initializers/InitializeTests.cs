using NUnit.Framework;
using TensorEngine.Generators;
using TensorEngine.Initializers;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Initializers;

public class InitializeTests
{
    [TestCase(Nonlinearity.Linear, 1)]
    [TestCase(Nonlinearity.Sigmoid, 1)]
    [TestCase(Nonlinearity.Tanh, 5.0 / 3)]
    [TestCase(Nonlinearity.Relu, 1.4142135623730951)]
    [TestCase(Nonlinearity.LeakyRelu, 1.4141428569978354)]
    [TestCase(Nonlinearity.Selu, 0.75)]
    public void Gains_are_those_of_PyTorch(Nonlinearity nonlinearity, double expected) =>
        Assert.That(Gain.Of(nonlinearity), Is.EqualTo(expected).Within(1e-15));

    [Test]
    public void Fans_multiply_by_the_receptive_field()
    {
        Assert.That(Fan.Of([100, 64]), Is.EqualTo(new Fan(64, 100)));
        Assert.That(Fan.Of([32, 16, 3, 5]), Is.EqualTo(new Fan(240, 480)));
        Assert.That(() => Fan.Of([8]), Throws.ArgumentException.With.Message.Contains("[8]"));
        Assert.That(() => Fan.Of([]), Throws.ArgumentException.With.Message.Contains("at least 2"));
    }

    /// <summary>Deviations worked out by hand for a weight of [200, 300, 2]: fan in 600, fan out 400.</summary>
    private static readonly object[] s_deviations =
    [
        Case("Xavier normal", (p, g) => Initialize.XavierNormal(p, g), Math.Sqrt(2.0 / 1000), uniform: false),
        Case("Xavier uniform, gain 2", (p, g) => Initialize.XavierUniform(p, g, gain: 2), 2 * Math.Sqrt(2.0 / 1000), uniform: true),
        Case("Kaiming normal", (p, g) => Initialize.KaimingNormal(p, g), Math.Sqrt(2.0 / 600), uniform: false),
        Case("Kaiming uniform, fan out", (p, g) => Initialize.KaimingUniform(p, g, mode: FanMode.FanOut), Math.Sqrt(2.0 / 400), uniform: true),
        Case("Kaiming normal, slope 2", (p, g) => Initialize.KaimingNormal(p, g, negativeSlope: 2), Math.Sqrt(0.4 / 600), uniform: false),
        Case("Kaiming normal, linear", (p, g) => Initialize.KaimingNormal(p, g, nonlinearity: Nonlinearity.Linear), Math.Sqrt(1.0 / 600), uniform: false),
        Case("normal", (p, g) => Initialize.Normal(p, g, standardDeviation: 0.01), 0.01, uniform: false),
        Case("LeCun normal", (p, g) => Initialize.LeCunNormal(p, g), Math.Sqrt(1.0 / 600), uniform: false),
        Case("LeCun uniform", (p, g) => Initialize.LeCunUniform(p, g), Math.Sqrt(1.0 / 600), uniform: true),
        Case("convolution's default", (p, g) => Initialize.Convolution(p, g), Math.Sqrt(1.0 / 1800), uniform: true),
        Case("uniform", (p, g) => Initialize.Uniform(p, g, -1, 1), Math.Sqrt(1.0 / 3), uniform: true),
    ];

    [TestCaseSource(nameof(s_deviations))]
    public void Draws_have_the_deviation_and_shape_of_their_rule(Action<Parameter, Generator> initialize, double deviation, bool uniform)
    {
        foreach (Generator generator in new Generator[] { new Philox(77), new SplitMix(77) })
        {
            var store = new ParameterStore();
            Parameter weight = store.Add("weight", [200, 300, 2]);
            initialize(weight, generator);
            CheckDraws(weight.Values.ToArray(), deviation, uniform);
        }
    }

    private static void CheckDraws(float[] values, double deviation, bool uniform)
    {
        double root = Math.Sqrt(values.Length);
        double kurtosis = uniform ? 1.8 : 3;
        Assert.That(values.Average(), Is.EqualTo(0).Within(5 * deviation / root));
        double variance = values.Average(x => (double)x * x);
        Assert.That(variance / (deviation * deviation), Is.EqualTo(1).Within(5 * Math.Sqrt(kurtosis - 1) / root));
        if (uniform)
            Assert.That(values.Max(Math.Abs), Is.EqualTo(Math.Sqrt(3) * deviation).Within(0.1).Percent.And.LessThanOrEqualTo(Math.Sqrt(3) * deviation * 1.0000001));
        else
            Assert.That(values.Max(Math.Abs), Is.GreaterThan(4 * deviation));
    }

    [Test]
    public void Spans_get_the_same_draws_as_parameters()
    {
        var store = new ParameterStore();
        Parameter weight = store.Add("weight", [30, 40]);
        float[] span = new float[1200];
        Initialize.KaimingNormal(weight, new Philox(1));
        Initialize.KaimingNormal(span, new Philox(1), 40);
        Bits.AssertSame(span, weight.Values, $"Kaiming normal");
        Initialize.KaimingUniform(weight, new Philox(1), mode: FanMode.FanOut);
        Initialize.KaimingUniform(span, new Philox(1), 30);
        Bits.AssertSame(span, weight.Values, $"Kaiming uniform");
        Initialize.XavierNormal(weight, new Philox(1));
        Initialize.XavierNormal(span, new Philox(1), new Fan(40, 30));
        Bits.AssertSame(span, weight.Values, $"Xavier normal");
        Initialize.XavierUniform(weight, new Philox(1));
        Initialize.XavierUniform(span, new Philox(1), new Fan(40, 30));
        Bits.AssertSame(span, weight.Values, $"Xavier uniform");
        Initialize.LeCunNormal(weight, new Philox(1));
        Initialize.LeCunNormal(span, new Philox(1), 40);
        Bits.AssertSame(span, weight.Values, $"LeCun normal");
        Initialize.LeCunUniform(weight, new Philox(1));
        Initialize.LeCunUniform(span, new Philox(1), 40);
        Bits.AssertSame(span, weight.Values, $"LeCun uniform");
        Initialize.Uniform(weight, new Philox(1), -2, 3);
        Initialize.Uniform(span, new Philox(1), -2, 3);
        Bits.AssertSame(span, weight.Values, $"uniform");
        Initialize.Normal(weight, new Philox(1), -2, 3);
        Initialize.Normal(span, new Philox(1), -2, 3);
        Bits.AssertSame(span, weight.Values, $"normal");
        Initialize.TruncatedNormal(weight, new Philox(1), 0, 2, -1, 3);
        Initialize.TruncatedNormal(span, new Philox(1), 0, 2, -1, 3);
        Bits.AssertSame(span, weight.Values, $"truncated normal");
        Initialize.Ones(weight);
        Initialize.Ones(span);
        Bits.AssertSame(span, weight.Values, $"ones");
        Assert.That(span, Is.All.EqualTo(1f));
        Initialize.Constant(weight, -0.5);
        Initialize.Constant(span, -0.5);
        Bits.AssertSame(span, weight.Values, $"constant");
        Initialize.Zeros(span);
        Assert.That(span, Is.All.Zero);
    }

    [Test]
    public void Layers_draw_their_weights_and_then_their_biases()
    {
        var store = new ParameterStore();
        Parameter weight = store.Add("weight", [30, 40]), bias = store.Add("bias", [30]);
        float[] weights = new float[1200], biases = new float[30], drawn = new float[1230];
        Initialize.Linear(weight, new Philox(1), bias);
        Initialize.Linear(weights, new Philox(1), [30, 40], biases);
        Bits.AssertSame(weights, weight.Values, $"weights");
        Bits.AssertSame(biases, bias.Values, $"biases");
        new Philox(1).Uniform(drawn, -1 / Math.Sqrt(40), 1 / Math.Sqrt(40));
        Assert.That(weights, Is.EqualTo(drawn[..1200]).Within(1e-7));
        Bits.AssertSame(biases, drawn.AsSpan(1200), $"drawn biases");
        Initialize.Convolution(weights, new Philox(1), [30, 10, 2, 2], biases);
        Bits.AssertSame(weights, weight.Values, $"convolution of the same fan");
    }

    [Test]
    public void Constants_leave_the_padding_alone()
    {
        var store = new ParameterStore();
        Parameter bias = store.Add("bias", [5]);
        Initialize.Constant(bias, 2.5);
        Assert.That(store.Values.ToArray(), Is.EqualTo(new float[] { 2.5f, 2.5f, 2.5f, 2.5f, 2.5f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }));
        Initialize.Zeros(bias);
        Assert.That(store.Values.ToArray(), Is.All.Zero);
    }

    [Test]
    public void Bad_input_is_named_and_changes_nothing()
    {
        var store = new ParameterStore();
        Parameter bias = store.Add("bias", [4]), weight = store.Add("weight", [2, 2]);
        Initialize.Constant(bias, 1);
        Initialize.Constant(weight, 1);
        var generator = new Philox(1);
        Refusal.Of<ArgumentException>(() => Initialize.KaimingNormal(bias, generator), "[4]");
        Refusal.Of<ArgumentException>(() => Initialize.XavierUniform(bias, generator), "[4]");
        Refusal.Of<ArgumentOutOfRangeException>(() => Initialize.XavierNormal(weight, generator, -1), "gain is -1");
        Refusal.Of<ArgumentOutOfRangeException>(() => Initialize.XavierUniform(weight, generator, double.NaN), "gain is NaN");
        Refusal.Of<ArgumentOutOfRangeException>(() => Initialize.KaimingUniform(weight, generator, double.PositiveInfinity), "negativeSlope is");
        Refusal.Of<ArgumentException>(() => Initialize.LeCunNormal(bias, generator), "[4]");
        Refusal.Of<ArgumentException>(() => Initialize.Linear(bias, generator), "[4]");
        Refusal.Of<ArgumentException>(() => Initialize.Linear(weight, generator, bias), "bias has 4 elements");
        Refusal.Of<ArgumentException>(() => Initialize.Convolution(weight, generator), "3 to 5");
        Refusal.Of<ArgumentException>(() => Initialize.Linear(new float[3], generator, [2, 2]), "weight has 3 elements");
        Refusal.Of<ArgumentOutOfRangeException>(() => Initialize.LeCunUniform(new float[3], generator, 0), "fanIn is 0");
        Refusal.Of<ArgumentOutOfRangeException>(() => Initialize.Normal(weight, generator, 0, -1), "standardDeviation is -1");
        Refusal.Of<ArgumentOutOfRangeException>(() => Initialize.TruncatedNormal(weight, generator, 0, double.NaN), "standardDeviation is NaN");
        Refusal.Of<ArgumentOutOfRangeException>(() => Initialize.TruncatedNormal(weight, generator, 0, 1, -2, -3), "high is -3");
        Refusal.Of<ArgumentOutOfRangeException>(() => Initialize.Uniform(weight, generator, 2, 1), "high is 1");
        Refusal.Of<ArgumentOutOfRangeException>(() => Initialize.Uniform(weight, generator, double.NegativeInfinity, 1), "low is ");
        Refusal.Of<ArgumentOutOfRangeException>(() => Initialize.Constant(weight, double.NaN), "value is NaN");
        Refusal.Of<ArgumentOutOfRangeException>(() => Initialize.KaimingNormal(weight, generator, mode: (FanMode)9), "mode is 9");
        Refusal.Of<ArgumentOutOfRangeException>(() => Initialize.KaimingNormal(weight, generator, nonlinearity: (Nonlinearity)9), "nonlinearity is 9");
        Refusal.Of<ArgumentOutOfRangeException>(() => Initialize.KaimingNormal(weight.Values, generator, 0), "fan is 0");
        Refusal.Of<ArgumentOutOfRangeException>(() => Initialize.XavierNormal(weight.Values, generator, new Fan(-1, 3)), "fan is");
        Refusal.Of<ArgumentOutOfRangeException>(() => Initialize.Normal(weight, generator, 0, -1), "standardDeviation is -1");
        Refusal.Of<ArgumentOutOfRangeException>(() => Initialize.Constant(weight, 1e300), "value is");
        Refusal.Of<ArgumentNullException>(() => Initialize.KaimingNormal(weight, null!), "generator");
        Refusal.Of<ArgumentNullException>(() => Initialize.Zeros((Parameter)null!), "parameter");
        Assert.That(weight.Values.ToArray().Concat(bias.Values.ToArray()), Is.All.EqualTo(1f));
        Assert.That(generator.Position, Is.Zero);
    }

    private static TestCaseData Case(string name, Action<Parameter, Generator> initialize, double deviation, bool uniform) =>
        new TestCaseData(initialize, deviation, uniform).SetArgDisplayNames(name);
}
