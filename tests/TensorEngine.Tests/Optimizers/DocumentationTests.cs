using System.Globalization;
using System.Text.RegularExpressions;
using NUnit.Framework;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Optimizers;

/// <summary>The error that an optimizer's documentation states is the one that the tests assert.</summary>
public sealed partial class DocumentationTests
{
    [TestCaseSource(typeof(OptimizerCatalog), nameof(OptimizerCatalog.LibraryRows))]
    public void TheStatedErrorIsTheTestedOne(IOptimizerRow row)
    {
        Match stated = StatedError().Match(DocumentedText.Of($"T:{row.Optimizer.FullName}"));
        Assert.That(stated.Success, $"The summary of {row.Optimizer.Name} does not state its error in the usual words.");
        Assert.Multiple(() =>
        {
            Assert.That(Number("first"), Is.EqualTo(row.Bound.First), "ULP after the first step");
            Assert.That(Number("hundred"), Is.EqualTo(row.Bound.Hundred), "ULP after 100 steps");
        });

        double Number(string group) => double.Parse(stated.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    [TestCaseSource(typeof(ParameterwiseCatalog), nameof(ParameterwiseCatalog.Cases))]
    public void TheStatedErrorOfAStepOfAWholeParameterIsTheTestedOne(ParameterwiseCase optimizer)
    {
        var store = new ParameterStore();
        store.Add("parameter", optimizer.Shapes[^1]);
        string text = DocumentedText.Of($"T:{optimizer.Make(store.Parameters).GetType().FullName}");

        string largest = optimizer.SeesAll ? "the largest update" : "the parameter's largest update";
        string stated = optimizer.Bound is { } bound
            ? string.Create(CultureInfo.InvariantCulture, $"Error: after a step at most {bound} ULP of max(|p|, {largest})")
            : "Error: after a step at most 1e-5 of the largest element of the update";
        Assert.That(text, Does.Contain(stated));
    }

    [GeneratedRegex(
        @"after the first step at most (?<first>[\d.]+) ULP of max\(\|p\|, \|update\|\) from exact arithmetic; after 100 steps at most (?<hundred>[\d.]+) ULP of the largest \|p\| or \|update\| on the way",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex StatedError();
}
