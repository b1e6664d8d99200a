namespace TensorEngine.Benchmarks.Tool.Kernels;

/// <summary>All rows of a run.</summary>
internal static class KernelList
{
    /// <summary>The kernels whose names have a part.</summary>
    /// <param name="only">The part; empty for all kernels.</param>
    /// <param name="isQuick">Whether those are left out that take long to make or to warm up.</param>
    public static IReadOnlyList<Kernel> Of(string only, bool isQuick) =>
    [
        .. OptimizerKernels.All()
            .Concat(FunctionKernels.All())
            .Concat(ProductKernels.All())
            .Concat(isQuick ? [] : StepKernels.All())
            .Where(kernel => kernel.Name.Contains(only, StringComparison.OrdinalIgnoreCase) && !(isQuick && kernel.IsPastCaches)),
    ];
}
