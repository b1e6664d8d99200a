using TensorEngine.Benchmarks.Products;

namespace TensorEngine.Benchmarks.Tool.Kernels;

/// <summary>Products of matrices by one thread, square and as in training.</summary>
internal static class ProductKernels
{
    private static readonly (int Rows, int Inner, int Columns)[] s_shapes =
    [
        (64, 64, 64), (128, 128, 128), (256, 256, 256), (512, 512, 512), (128, 64, 100), (128, 784, 100), (1, 1024, 1024), (1024, 1024, 1),
    ];

    public static IEnumerable<Kernel> All() =>
        from shape in s_shapes
        from layout in Enum.GetValues<Layout>()
        select Of(layout, shape.Rows, shape.Inner, shape.Columns);

    private static Kernel Of(Layout layout, int rows, int inner, int columns) => new(
        ProductCase.NameOf(layout, rows, inner, columns), "products", scope => scope.Own(new ProductCase(layout, rows, inner, columns)).Ours())
    {
        Bytes = sizeof(float) * ((double)rows * inner + (double)inner * columns + (double)rows * columns),
        Operations = 2.0 * rows * inner * columns,
    };
}
