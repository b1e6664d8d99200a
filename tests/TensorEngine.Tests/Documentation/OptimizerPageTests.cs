using NUnit.Framework;

namespace TensorEngine.Tests.Documentation;

/// <summary>The pages' tables of optimizers are those that the catalogs make.</summary>
public sealed class OptimizerPageTests
{
    [Test]
    public void OptimizersHasTheCatalogsTable() => GeneratedPage.Check(
        "src/TensorEngine/Documentation/Optimizers.md", new GeneratedPage.Block("# Optimizers", "| `", OptimizerTables.Steps));

    [Test]
    public void WhichOptimizerHasTheCatalogsCostsAndAdvice() => GeneratedPage.Check(
        "src/TensorEngine/Documentation/WhichOptimizer.md",
        new("## What they cost", "| `", OptimizerTables.Costs),
        new("## What they do, and where they fail", "- **", OptimizerTables.Advice),
        new("## Measured", "| optimizer", MeasuredTable.Lines));
}
