using NUnit.Framework;
using TensorEngine.Tests.Catalog;

namespace TensorEngine.Tests.Rules;

/// <summary>The elementwise optimizers of the catalog pass the check that it offers to others.</summary>
public sealed class CatalogRuleTests
{
    [TestCaseSource(typeof(OptimizerCatalog), nameof(OptimizerCatalog.Cases))]
    public void TheyPass(OptimizerCase optimizer) => optimizer.Check().ThrowIfFailed();
}
