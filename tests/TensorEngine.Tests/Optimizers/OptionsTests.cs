using System.Reflection;
using NUnit.Framework;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Optimizers;

/// <summary>The hyper-parameters: defaults, what is refused when one is set, and what with-expressions copy.</summary>
public sealed class OptionsTests
{
    private static readonly double[] s_belowZeroOrNotFinite =
        [-1e-300, -1, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 3.5e38, double.MaxValue];

    private static readonly double[] s_notInUnitInterval = [-1e-300, 1, 1.5, double.NaN, double.PositiveInfinity];

    private static readonly double[] s_notInOpenUnitInterval = [0, .. s_notInUnitInterval];

    private static readonly double[] s_notFinite = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, 3.5e38, -3.5e38];

    /// <summary>Every hyper-parameter by its name, after that of its options where they are special: values refused, values at the edge of what is allowed, and the words for it.</summary>
    private static readonly Dictionary<string, (double[] Bad, double[] Good, string Allowed)> s_ranges = new(StringComparer.Ordinal)
    {
        ["LearningRate"] = (s_belowZeroOrNotFinite, [0, 1e-60, 3.4e38], "at least 0 and finite as a float"),
        ["WeightDecay"] = (s_belowZeroOrNotFinite, [0, 1e-60, 3.4e38], "at least 0 and finite as a float"),
        ["Epsilon"] = (s_belowZeroOrNotFinite, [0, 1e-60, 3.4e38], "at least 0 and finite as a float"),
        ["LearningRateDecay"] = (s_belowZeroOrNotFinite, [0, 1e-60, 3.4e38], "at least 0 and finite as a float"),
        ["InitialAccumulatorValue"] = (s_belowZeroOrNotFinite, [0, 1e-60, 3.4e38], "at least 0 and finite as a float"),
        ["Momentum"] = (s_notInUnitInterval, [0, 1e-60, 1 - 1e-16], "at least 0 and below 1"),
        ["Beta1"] = (s_notInUnitInterval, [0, 1e-60, 1 - 1e-16], "at least 0 and below 1"),
        ["Beta2"] = (s_notInUnitInterval, [0, 1e-60, 1 - 1e-16], "at least 0 and below 1"),
        ["Beta3"] = (s_notInUnitInterval, [0, 1e-60, 1 - 1e-16], "at least 0 and below 1"),
        ["Alpha"] = (s_notInUnitInterval, [0, 1e-60, 1 - 1e-16], "at least 0 and below 1"),
        ["Rho"] = (s_notInUnitInterval, [0, 1e-60, 1 - 1e-16], "at least 0 and below 1"),
        ["EtaMinus"] = (s_notInUnitInterval, [0, 1e-60, 1 - 1e-16], "at least 0 and below 1"),
        ["EtaPlus"] = (s_belowZeroOrNotFinite, [0, 1e-60, 3.4e38], "at least 0 and finite as a float"),
        ["SmallestStepSize"] = (s_belowZeroOrNotFinite, [0, 1e-60, 3.4e38], "at least 0 and finite as a float"),
        ["LargestStepSize"] = (s_belowZeroOrNotFinite, [0, 1e-60, 3.4e38], "at least 0 and finite as a float"),
        ["MomentumDecay"] = (s_belowZeroOrNotFinite, [0, 1e-60, 3.4e38], "at least 0 and finite as a float"),
        ["StartOfSquares"] = (s_belowZeroOrNotFinite, [0, 1e-60, 3.4e38], "at least 0 and finite as a float"),
        ["Lambda"] = (s_belowZeroOrNotFinite, [0, 1e-60, 3.4e38], "at least 0 and finite as a float"),
        ["AdEMAMixOptions.Alpha"] = (s_belowZeroOrNotFinite, [0, 1e-60, 3.4e38], "at least 0 and finite as a float"),
        ["SimplifiedAdEMAMixOptions.Alpha"] = (s_belowZeroOrNotFinite, [0, 1e-60, 3.4e38], "at least 0 and finite as a float"),
        ["L1"] = (s_belowZeroOrNotFinite, [0, 1e-60, 3.4e38], "at least 0 and finite as a float"),
        ["L2"] = (s_belowZeroOrNotFinite, [0, 1e-60, 3.4e38], "at least 0 and finite as a float"),
        ["L2Shrinkage"] = (s_belowZeroOrNotFinite, [0, 1e-60, 3.4e38], "at least 0 and finite as a float"),
        ["Beta"] = (s_belowZeroOrNotFinite, [0, 1e-60, 3.4e38], "at least 0 and finite as a float"),
        ["LearningRatePower"] = ([1e-300, 1, double.NaN, double.NegativeInfinity, -3.5e38], [0, -1e-60, -3.4e38], "at most 0 and finite as a float"),
        ["AsgdOptions.Alpha"] = (s_notFinite, [-3.4e38, -1, 0, 1.5, 3.4e38], "finite as a float"),
        ["AveragingStart"] = (s_notFinite, [-3.4e38, -1, 0, 1.5, 3.4e38], "finite as a float"),
        ["WeightPower"] = (s_notFinite, [-3.4e38, -1, 0, 1.5, 3.4e38], "finite as a float"),
        ["WeightRatePower"] = (s_notFinite, [-3.4e38, -1, 0, 1.5, 3.4e38], "finite as a float"),
        ["ScheduleFreeSgdOptions.Momentum"] = (s_notInOpenUnitInterval, [1e-60, 1 - 1e-16], "above 0 and below 1"),
        ["ScheduleFreeAdamWOptions.Beta1"] = (s_notInOpenUnitInterval, [1e-60, 1 - 1e-16], "above 0 and below 1"),
        ["Dampening"] = (s_notFinite, [-3.4e38, -1, 0, 1.5, 3.4e38], "finite as a float"),
    };

    public static IEnumerable<TestCaseData> HyperParameters =>
        from row in OptimizerCatalog.Rows
        let options = row.Cases.First().Options
        from property in options.GetType().GetProperties()
        where property.PropertyType == typeof(double)
        select new TestCaseData(options, property).SetArgDisplayNames(options.GetType().Name, property.Name);

    [TestCaseSource(nameof(HyperParameters))]
    public void ValuesOutOfRangeAreRefusedWhenTheyAreSet(OptimizerOptions options, PropertyInfo property)
    {
        string special = $"{options.GetType().Name}.{property.Name}", key = s_ranges.ContainsKey(special) ? special : property.Name;
        Assert.That(s_ranges, Does.ContainKey(key), "This test does not know the range.");
        (double[] bad, double[] good, string allowed) = s_ranges[key];
        OptimizerOptions copy = options with { };
        object? before = property.GetValue(copy);
        foreach (double value in bad)
        {
            ArgumentOutOfRangeException exception = Refusal.OfArgument<ArgumentOutOfRangeException>(
                property.Name, () => Set(copy, property, value), $"{property.Name} is {value}", $"must be {allowed}");
            Assert.That(exception.ActualValue, Is.EqualTo(value));
            Assert.That(property.GetValue(copy), Is.EqualTo(before));
        }

        foreach (double value in good)
        {
            Set(copy, property, value);
            Assert.That(property.GetValue(copy), Is.EqualTo(value));
        }
    }

    [TestCaseSource(typeof(OptimizerCatalog), nameof(OptimizerCatalog.Rows))]
    public void DefaultsAreThoseOfTheSource(IOptimizerRow row) =>
        Assert.That(row.DefaultOptions.ToString(), Is.EqualTo($"{row.DefaultOptions.GetType().Name} {{ {row.Defaults} }}"));

    [TestCase(-1e-9)]
    [TestCase(double.NaN)]
    [TestCase(1e39)]
    public void ADecayOutOfRangeIsRefused(double value)
    {
        Refusal.OfArgument<ArgumentOutOfRangeException>("weightDecay", () => WeightDecay.Coupled(value), "at least 0 and finite");
        Refusal.OfArgument<ArgumentOutOfRangeException>("weightDecay", () => WeightDecay.Decoupled(0.1, value), "at least 0 and finite");
        Refusal.OfArgument<ArgumentOutOfRangeException>("learningRate", () => WeightDecay.Decoupled(value, 0.1), "at least 0 and finite");
    }

    [Test]
    public void ANegativeNumberOfWarmUpSteps()
    {
        Refusal.OfArgument<ArgumentOutOfRangeException>("WarmUpSteps", () => _ = new ScheduleFreeSgdOptions { WarmUpSteps = -1 }, "WarmUpSteps is -1", "must be at least 0");
    }

    [Test]
    public void ACopyIsIndependentAndOfTheSameType()
    {
        foreach (OptimizerCase optimizer in OptimizerCatalog.Cases)
        {
            OptimizerOptions copy = optimizer.Options with { };
            Assert.That(copy.GetType(), Is.EqualTo(optimizer.Options.GetType()));
            Assert.That(copy, Is.EqualTo(optimizer.Options));
        }
    }

    private static void Set(OptimizerOptions options, PropertyInfo property, double value) => property.SetMethod!.Invoke(
        options, BindingFlags.DoNotWrapExceptions, binder: null, [value], culture: null);
}
