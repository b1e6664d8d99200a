using System.Reflection;
using NUnit.Framework;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Optimizers;

namespace TensorEngine.Tests.House;

/// <summary>An optimizer that the library exports is in every place that lists optimizers; what is missing is named, and where.</summary>
public sealed class EveryOptimizerTests
{
    /// <summary>What steps other optimizers has no row of its own, and what is for tables has tests of its own.</summary>
    private static readonly Type[] s_special = [typeof(CombinedOptimizer), typeof(Lookahead), typeof(SparseAdam)];

    public static IEnumerable<Type> Exported => typeof(Adam).Assembly.GetExportedTypes()
        .Where(type => !type.IsAbstract && type.IsAssignableTo(typeof(Optimizer)));

    public static IEnumerable<Type> Usual => Exported.Except(s_special);

    [TestCaseSource(nameof(Usual))]
    public void HasARowInTheCatalogs(Type optimizer)
    {
        IEnumerable<Type> rows = OptimizerCatalog.Rows.Select(row => row.Optimizer).Concat(ParameterwiseCatalog.Rows.Select(row => row.Optimizer));
        Assert.That(rows, Does.Contain(optimizer), "tests/TensorEngine.Tests/Catalog");
    }

    [TestCaseSource(nameof(Usual))]
    public void IsAmongTheChoicesOfSamplesAndBenchmarks(Type optimizer)
    {
        var store = new ParameterStore();
        store.Add("matrix", [2, 2]);
        IEnumerable<Type> choices = global::Samples.Shared.Choices.OptimizerChoice.All.Select(choice =>
        {
            Optimizer made = choice.Create(store, 0.01);
            made.Detach();
            return made.GetType();
        });
        Assert.That(choices, Does.Contain(optimizer), "samples/Shared/Choices/OptimizerChoice.cs");
    }

    [TestCaseSource(nameof(Usual))]
    public void ConvergesOnTheBowlRosenbrockAndTheDigits(Type optimizer)
    {
        IEnumerable<string> ofElements = OptimizerCatalog.LibraryRows.Where(row => row.Optimizer == optimizer)
            .SelectMany(row => row.Converges).Select(one => one.Problem);
        IEnumerable<string> ofWhole = typeof(ParameterwiseConvergenceTests).GetMethod(nameof(ParameterwiseConvergenceTests.Converges))!
            .GetCustomAttributes<TestCaseAttribute>().Select(one => one.Arguments)
            .Where(arguments => string.Equals((string?)arguments[0], optimizer.Name, StringComparison.Ordinal))
            .Select(arguments => (bool)arguments[1]! ? "bowl" : "Rosenbrock");
        bool isOnDigits = DigitsConvergenceTests.Names.Contains(optimizer.Name, StringComparer.Ordinal)
            || typeof(DigitsConvergenceTests).GetMethods().Any(
                method => method.Name.StartsWith($"{optimizer.Name}sLossFalls", StringComparison.OrdinalIgnoreCase));
        Assert.That(
            ofElements.Concat(ofWhole).Concat(isOnDigits ? ["digits"] : []), Is.SupersetOf(new[] { "bowl", "Rosenbrock", "digits" }));
    }

    [TestCaseSource(nameof(Exported))]
    public void IsInTheTablesThatUsersRead(Type optimizer)
    {
        foreach (string page in new[] { "src/TensorEngine/Documentation/Optimizers.md", "src/TensorEngine/Documentation/WhichOptimizer.md" })
            Assert.That(File.ReadAllText(Sources.PathOf(page)), Does.Contain($"`{optimizer.Name}`"), page);
    }

    [TestCaseSource(nameof(Exported))]
    public void HasAFileOfItsOwn(Type optimizer) =>
        Assert.That(File.Exists(Sources.PathOf($"src/TensorEngine/Optimizers/{optimizer.Name}.cs")), $"src/TensorEngine/Optimizers/{optimizer.Name}.cs");
}
