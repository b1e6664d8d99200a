using NUnit.Framework;
using TensorEngine.Numerics.Functions;
using TensorEngine.Tests.Goldens;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Numerics;

public class ScalarTests
{
    // The largest errors in ULP that the documentation of Scalar states.
    private const double ExpBound = 0.53;
    private const double LogBound = 0.501;
    private const double SinCosBound = 0.501;
    private const double PowerBound = 0.53;
    private const double DenormalBound = 0.8;

    private const double SmallestNormal = 2.2250738585072014e-308;
    private const double Infinity = double.PositiveInfinity;

    [TestCase("exp", ExpBound)]
    [TestCase("log", LogBound)]
    [TestCase("log1p", LogBound)]
    [TestCase("sin", SinCosBound)]
    [TestCase("cos", SinCosBound)]
    [TestCase("power", PowerBound)]
    public void Stays_within_its_bound_of_the_recorded_values(string name, double bound)
    {
        double worst = 0, worstDenormal = 0;
        foreach (ScalarPoint point in RecordedScalars.Read(name))
        {
            double error = point.Error(Evaluate(name, point.First, point.Second));
            if (Math.Abs(point.Nearest) < SmallestNormal)
                worstDenormal = Math.Max(worstDenormal, error);
            else
                worst = Math.Max(worst, error);
        }

        TestContext.Out.WriteLine($"{name}: largest error {worst:F4} ULP, {worstDenormal:F4} among denormal results");
        Assert.That(worst, Is.LessThanOrEqualTo(bound));
        Assert.That(worstDenormal, Is.LessThanOrEqualTo(DenormalBound));
    }

    [TestCase("Exp(System.Double)", ExpBound)]
    [TestCase("Log(System.Double)", LogBound)]
    [TestCase("Log1p(System.Double)", LogBound)]
    [TestCase("Sin(System.Double)", SinCosBound)]
    [TestCase("Cos(System.Double)", SinCosBound)]
    [TestCase("Power(System.Double,System.Double)", PowerBound)]
    public void The_stated_error_is_the_tested_one(string function, double bound)
    {
        string stated = DocumentedText.Of("M:TensorEngine.Numerics.Functions.Scalar." + function);
        Assert.That(stated, Does.Contain($"Error at most {bound} ULP"));
        Assert.That(stated, Does.Contain($"{DenormalBound} where the result is denormal").Or.Not.Contain("result is denormal"));
    }

    // The system's functions are themselves off by up to one ULP on some platforms, hence two.
    [TestCase("exp", -745.5, 710)]
    [TestCase("exp", -2, 2)]
    [TestCase("log", 0, 4)]
    [TestCase("log1p", -1, 3)]
    [TestCase("sin", -30, 30)]
    [TestCase("cos", -30, 30)]
    [TestCase("sin", -1e6, 1e6)]
    [TestCase("power", 0, 20)]
    public void Agrees_with_the_system_function_on_a_dense_sweep(string name, double from, double to)
    {
        const int Points = 10_001;
        for (int i = 0; i < Points; i++)
        {
            double x = from + (to - from) * i / (Points - 1);
            double exponent = 100 * ((i % 97) - 48) / 17.0;
            double expected = name switch
            {
                "exp" => Math.Exp(x),
                "log" => Math.Log(x),
                "log1p" => double.LogP1(x),
                "sin" => Math.Sin(x),
                "cos" => Math.Cos(x),
                _ => Math.Pow(x, exponent),
            };

            // .NET has no logarithm of 1 + x that is exact near 0.
            double allowed = name is "log1p" ? 4e-16 : 2 * (Math.BitIncrement(Math.Abs(expected)) - Math.Abs(expected));
            double actual = Evaluate(name, x, exponent);
            if (!(actual == expected || Math.Abs(actual - expected) <= allowed))
                Assert.Fail($"{name}({x:R}, {exponent:R}) is {actual:R}, not {expected:R}.");
        }
    }

    [Test]
    public void The_bits_are_the_same_everywhere()
    {
        var results = new BitHash();
        foreach (string name in new[] { "exp", "log", "log1p", "sin", "cos", "power" })
        {
            foreach (ScalarPoint point in RecordedScalars.Read(name))
                results.Add(Evaluate(name, point.First, point.Second));
        }

        Assert.That(results.Value, Is.EqualTo(9518936727104900399UL));
    }

    [Test]
    public void Integer_powers_are_products_by_squaring()
    {
        Assert.That(Scalar.IntegerPower(3, 33), Is.EqualTo(5559060566555523.0));
        Assert.That(Scalar.IntegerPower(-2, 3), Is.EqualTo(-8));
        Assert.That(Scalar.IntegerPower(double.NaN, 0), Is.EqualTo(1));
        double square = 0.9 * 0.9, fourth = square * square;
        Assert.That(Scalar.IntegerPower(0.9, 7), Is.EqualTo(0.9 * square * fourth));
        Assert.That(Scalar.IntegerPower(0.999, 1_000_000_000_000), Is.Zero);
        Refusal.OfArgument<ArgumentOutOfRangeException>("exponent", () => Scalar.IntegerPower(2, -1), "exponent is -1; it must be at least 0");
    }

    [Test]
    public void Exact_powers_are_exact()
    {
        Assert.That(Scalar.Power(2.0, -1074.0), Is.EqualTo(double.Epsilon));
        Assert.That(Scalar.Power(2.0, 1023.0), Is.EqualTo(Math.ScaleB(1, 1023)));
        Assert.That(Scalar.Power(-3.0, 33.0), Is.EqualTo(-5559060566555523.0));
        Assert.That(Scalar.Power(10.0, 22.0), Is.EqualTo(1e22));
        Assert.That(Scalar.Exp(0), Is.EqualTo(1));
        Assert.That(Scalar.Cos(0), Is.EqualTo(1));
        Assert.That(Scalar.Cos(Math.PI), Is.EqualTo(-1));
        Assert.That(Scalar.Sin(Math.PI / 2), Is.EqualTo(1));
        for (double x = 0.01; x < 30; x += 0.0137)
        {
            Assert.That(Scalar.Power(x, 1.0), Is.EqualTo(x));
            Assert.That(Scalar.Power(x * x, 0.5), Is.EqualTo(Math.Sqrt(x * x)));
        }
    }

    [TestCase(Infinity, Infinity)]
    [TestCase(-Infinity, 0)]
    [TestCase(709.782712893384, 1.797693134862273e308)]
    [TestCase(709.7827128933841, Infinity)]
    [TestCase(-745.1332191019411, double.Epsilon)]
    [TestCase(-745.1332191019413, 0)]
    [TestCase(-0.0, 1)]
    [TestCase(double.NaN, double.NaN)]
    public void Exp_of_special_values(double x, double expected) => AssertSame(Scalar.Exp(x), expected, 1e-12);

    [TestCase(Infinity, Infinity)]
    [TestCase(-Infinity, double.NaN)]
    [TestCase(0, -Infinity)]
    [TestCase(-0.0, -Infinity)]
    [TestCase(1, 0)]
    [TestCase(-1, double.NaN)]
    [TestCase(double.Epsilon, -744.4400719213812)]
    [TestCase(double.MaxValue, 709.782712893384)]
    [TestCase(double.NaN, double.NaN)]
    public void Log_of_special_values(double x, double expected) => AssertSame(Scalar.Log(x), expected);

    [TestCase(Infinity, Infinity)]
    [TestCase(-Infinity, double.NaN)]
    [TestCase(0, 0)]
    [TestCase(-0.0, -0.0)]
    [TestCase(-1, -Infinity)]
    [TestCase(-1.0000000000000002, double.NaN)]
    [TestCase(double.Epsilon, double.Epsilon)]
    [TestCase(-1e-300, -1e-300)]
    [TestCase(double.MaxValue, 709.782712893384)]
    [TestCase(double.NaN, double.NaN)]
    public void Log1p_of_special_values(double x, double expected) => AssertSame(Scalar.Log1p(x), expected);

    [TestCase(Infinity)]
    [TestCase(-Infinity)]
    [TestCase(double.NaN)]
    public void Sine_and_cosine_of_what_is_not_finite(double x)
    {
        Assert.That(Scalar.Sin(x), Is.NaN);
        Assert.That(Scalar.Cos(x), Is.NaN);
    }

    [TestCase(0)]
    [TestCase(-0.0)]
    [TestCase(double.Epsilon)]
    [TestCase(-1e-310)]
    public void The_sine_of_what_is_tiny_is_itself(double x)
    {
        AssertSame(Scalar.Sin(x), x);
        Assert.That(Scalar.Cos(x), Is.EqualTo(1));
    }

    // C99, F.9.4.4.
    [TestCase(double.NaN, 0, 1)]
    [TestCase(Infinity, -0.0, 1)]
    [TestCase(1, double.NaN, 1)]
    [TestCase(1, -Infinity, 1)]
    [TestCase(double.NaN, 1, double.NaN)]
    [TestCase(2, double.NaN, double.NaN)]
    [TestCase(-1, Infinity, 1)]
    [TestCase(-1, -Infinity, 1)]
    [TestCase(0.5, -Infinity, Infinity)]
    [TestCase(-0.5, Infinity, 0)]
    [TestCase(2, Infinity, Infinity)]
    [TestCase(-2, -Infinity, 0)]
    [TestCase(0, -3, Infinity)]
    [TestCase(-0.0, -3, -Infinity)]
    [TestCase(-0.0, -2, Infinity)]
    [TestCase(-0.0, -0.5, Infinity)]
    [TestCase(0, -Infinity, Infinity)]
    [TestCase(-0.0, 3, -0.0)]
    [TestCase(-0.0, 2, 0)]
    [TestCase(-0.0, 2.5, 0)]
    [TestCase(-Infinity, -3, -0.0)]
    [TestCase(-Infinity, -2.5, 0)]
    [TestCase(-Infinity, 3, -Infinity)]
    [TestCase(-Infinity, 2, Infinity)]
    [TestCase(-Infinity, 0.5, Infinity)]
    [TestCase(Infinity, -1, 0)]
    [TestCase(Infinity, 1e-300, Infinity)]
    [TestCase(-2, 0.5, double.NaN)]
    [TestCase(-2, 3, -8)]
    [TestCase(-2, 9007199254740993, Infinity)]
    [TestCase(-2, 1e300, Infinity)]
    [TestCase(-2, -1e300, 0)]
    [TestCase(-2, -1075, -0.0)]
    [TestCase(2, 1024, Infinity)]
    [TestCase(5, 1e-320, 1)]
    public void Power_of_special_values(double value, double exponent, double expected) =>
        AssertSame(Scalar.Power(value, exponent), expected);

    private static double Evaluate(string name, double x, double exponent) => name switch
    {
        "exp" => Scalar.Exp(x),
        "log" => Scalar.Log(x),
        "log1p" => Scalar.Log1p(x),
        "sin" => Scalar.Sin(x),
        "cos" => Scalar.Cos(x),
        "power" => Scalar.Power(x, exponent),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such function."),
    };

    private static void AssertSame(double actual, double expected, double relative = 0) =>
        Assert.That(
            Bits.Same(actual, expected) || Math.Abs(actual - expected) <= relative * Math.Abs(expected),
            $"{actual:R} is not {expected:R}");
}
