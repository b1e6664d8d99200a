using NUnit.Framework;
using TensorEngine.Tests.Catalog;

namespace TensorEngine.Tests.Rules;

/// <summary>The library's own elementwise optimizers pass the check that it offers to others.</summary>
public sealed class LibraryRuleTests
{
    [TestCaseSource(typeof(OptimizerCatalog), nameof(OptimizerCatalog.Cases))]
    public void TheLibrarysOptimizersPass(OptimizerCase optimizer) => optimizer.Check().ThrowIfFailed();
}
