using System.Reflection;
using CsCheck;
using NUnit.Framework;
using TensorEngine.Checkpoints;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Catalog;

namespace TensorEngine.Tests.Optimizers;

/// <summary>Any number in any option: it is refused by name and nothing changes, or it comes back from a checkpoint as it was.</summary>
public sealed class OptionPropertyTests
{
    private static readonly double[] s_special = [0, -0.0, 1, double.NaN, double.PositiveInfinity, 3.5e38, 5e-324];

    private static readonly Gen<double> s_number = Gen.OneOf(
        Gen.Double[-2, 2], Gen.Double[0, 1], Gen.Double, Gen.Int[0, s_special.Length - 1].Select(i => s_special[i]));

    [TestCaseSource(typeof(OptimizerCatalog), nameof(OptimizerCatalog.Cases))]
    public void AnyNumberIsRefusedOrSaved(OptimizerCase optimizer)
    {
        PropertyInfo[] numbers = [.. optimizer.Options.GetType().GetProperties().Where(property => property.PropertyType == typeof(double))];
        Gen.Select(Gen.Int[0, numbers.Length - 1], s_number).Sample(
            (which, number) =>
            {
                PropertyInfo property = numbers[which];
                OptimizerOptions options = optimizer.Options with { };
                try
                {
                    property.SetMethod!.Invoke(options, BindingFlags.DoNotWrapExceptions, binder: null, [number], culture: null);
                }
                catch (ArgumentOutOfRangeException refused)
                {
                    return refused.Message.Contains(property.Name, StringComparison.Ordinal) && options == optimizer.Options;
                }

                return Equals(property.GetValue(options), number) && Reloaded(optimizer, options) is not false;
            },
            iter: 20,
            threads: 1);
    }

    /// <summary>Whether the options come back; null if the optimizer refuses to be made with them.</summary>
    private static bool? Reloaded(OptimizerCase optimizer, OptimizerOptions options)
    {
        Optimizer saved;
        ParameterStore store = NewStore(), other = NewStore();
        try
        {
            saved = optimizer.With("any", _ => options).Make(store.Parameters);
        }
        catch (ArgumentException)
        {
            return null;
        }

        using var stream = new MemoryStream();
        new Checkpoint(store) { { "it", saved } }.Save(stream);
        stream.Position = 0;
        Optimizer loaded = optimizer.Make(other.Parameters);
        new Checkpoint(other) { { "it", loaded } }.Load(stream);
        return loaded.Groups[0].Options == options;
    }

    private static ParameterStore NewStore()
    {
        var store = new ParameterStore();
        store.Add("parameter", [3]);
        return store;
    }
}
