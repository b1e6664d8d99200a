using System.Reflection;
using System.Runtime.CompilerServices;
using NUnit.Framework;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.House;

/// <summary>The texts of records have the same numbers in every culture: logs and checks compare them.</summary>
public sealed class CultureTests
{
    // What each member of floating point gets; in the German culture it would be "−0,25".
    private const float Value = -0.25f;

    /// <summary>Every public record that has members of floating point, itself or in a record within it.</summary>
    public static IEnumerable<TestCaseData> Records =>
        from type in typeof(Parameter).Assembly.GetExportedTypes()
        where IsRecord(type) && !type.IsAbstract && HasNumbers(type)
        select new TestCaseData(type).SetArgDisplayNames(type.Name);

    [TestCaseSource(nameof(Records))]
    public void TheTextOfARecordIsTheSameInEveryCulture(Type type)
    {
        object record = Filled(type);
        string invariant = record.ToString()!;
        using var german = new GermanNumbers();
        Assert.That(record.ToString(), Is.EqualTo(invariant));
        Assert.That(invariant, Does.Contain("-0.25"), "The members are in the text.");
    }

    [Test]
    public void RecordsOfEveryKindAreAmongThem()
    {
        Type[] found = [.. Records.Select(one => (Type)one.Arguments[0]!)];
        Assert.That(found.Where(type => type.IsAssignableTo(typeof(OptimizerOptions))), Has.Exactly(OptionTypes()).Items);
        Assert.That(found, Is.SupersetOf(new[] { typeof(StepResult), typeof(CarriedNumber), typeof(GradientOptions) }));

        static int OptionTypes() => typeof(Parameter).Assembly.GetExportedTypes()
            .Count(type => type.IsAssignableTo(typeof(OptimizerOptions)) && !type.IsAbstract);
    }

    /// <summary>The text is the one that the compiler makes, and the thread's culture is what it was.</summary>
    [Test]
    public void TheTextHasTheCompilersForm()
    {
        using var german = new GermanNumbers();
        Assert.That(
            new SgdOptions { LearningRate = 0.5, WeightDecay = 0.25 }.ToString(),
            Is.EqualTo(
                "SgdOptions { LearningRate = 0.5, Maximize = False, WeightDecay = 0.25, Momentum = 0, Dampening = 0, Nesterov = False }"));
        Assert.That(new StepResult(true, -0.5).ToString(), Is.EqualTo("StepResult { Taken = True, GradientNorm = -0.5, IsAccumulating = False }"));
        Assert.That((-0.5).ToString(System.Globalization.CultureInfo.CurrentCulture), Is.EqualTo("−0,5"));
        var store = new ParameterStore();
        store.Add("w", [1]);
        var sgd = new Sgd(store, new SgdOptions { LearningRate = 0.125 });
        Assert.That($"{sgd}, {sgd.Groups[0]}", Does.Not.Contain("0,125").And.Contains("LearningRate = 0.125"));
    }

    private static bool IsRecord(Type type) =>
        type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public) is not null;

    private static bool HasNumbers(Type type) => Fields(type).Any(field => IsNumber(field.FieldType) || HasNumbersWithin(field.FieldType));

    private static bool HasNumbersWithin(Type type) => type.IsValueType && !type.IsPrimitive && IsRecord(type) && HasNumbers(type);

    private static bool IsNumber(Type type) => (Nullable.GetUnderlyingType(type) ?? type) is { } number
        && (number == typeof(double) || number == typeof(float));

    private static object Filled(Type type)
    {
        object record = RuntimeHelpers.GetUninitializedObject(type);
        foreach (FieldInfo field in Fields(type))
        {
            Type kind = Nullable.GetUnderlyingType(field.FieldType) ?? field.FieldType;
            if (IsNumber(kind))
                field.SetValue(record, kind == typeof(double) ? (object)(double)Value : Value);
            else if (HasNumbersWithin(kind))
                field.SetValue(record, Filled(kind));
            else if (kind == typeof(string))
                field.SetValue(record, "text");
            else if (kind == typeof(double[]))
                field.SetValue(record, new double[] { Value });
        }

        return record;
    }

    private static IEnumerable<FieldInfo> Fields(Type type)
    {
        for (Type? one = type; one is not null; one = one.BaseType)
        {
            foreach (FieldInfo field in one.GetFields(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                yield return field;
            }
        }
    }
}
