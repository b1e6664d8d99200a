using NUnit.Framework;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Optimizers;

/// <summary>After construction a step allocates nothing.</summary>
public sealed class AllocationTests
{
    [Test]
    public void AStepOfAStoreAllocatesNothing([ValueSource(typeof(OptimizerCatalog), nameof(OptimizerCatalog.Cases))] OptimizerCase optimizer)
    {
        var random = new Random(20240301);
        ParameterStore store = TestStore.Create(random);
        TestStore.FillGradients(store, random);
        store.Parameters[2].Trainable = false;
        Optimizer steps = optimizer.Make(store.Parameters);

        Assert.That(AllocatedBytes(() => steps.Step()), Is.Zero);
    }

    [Test]
    public void AStaticStepAllocatesNothing([ValueSource(typeof(OptimizerCatalog), nameof(OptimizerCatalog.Cases))] OptimizerCase optimizer)
    {
        StepArrays arrays = TestData.Create(optimizer, 100, Content.Ordinary, new Random(20240301));

        Assert.That(AllocatedBytes(() => optimizer.Step(arrays.All, TestData.NextStep)), Is.Zero);
    }

    [Test]
    public void TheCounterSeesAnAllocation() => Assert.That(AllocatedBytes(() => GC.KeepAlive(new float[1])), Is.Positive);

    private static long AllocatedBytes(Action step)
    {
        step(); // compiles what has to be compiled
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
            step();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
