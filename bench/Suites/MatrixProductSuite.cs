using BenchmarkDotNet.Attributes;
using TensorEngine.Benchmarks.Workloads;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Products;

namespace TensorEngine.Benchmarks.Suites;

/// <summary>Products of matrices, square and as they come in training, with either factor transposed.</summary>
public class MatrixProductSuite
{
    private float[] _left = null!;
    private float[] _right = null!;
    private float[] _product = null!;

    public static IEnumerable<ProductShape> Shapes =>
    [
        .. new[] { 64, 128, 256, 512, 1024 }.Select(side => new ProductShape(side, side, side)),
        new(128, 64, 100),
        new(128, 784, 100),
        new(1, 1024, 1024),
        new(1024, 1024, 1),
    ];

    [ParamsSource(nameof(Shapes))]
    public ProductShape Shape { get; set; } = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _left = Filled(Shape.Rows * Shape.Inner);
        _right = Filled(Shape.Inner * Shape.Columns);
        _product = new float[Shape.Rows * Shape.Columns];
    }

    [Benchmark(Baseline = true, Description = "A B")]
    public void Plain() => MatrixProduct.Multiply(
        new ReadOnlyMatrixSpan(_left, Shape.Rows, Shape.Inner),
        new ReadOnlyMatrixSpan(_right, Shape.Inner, Shape.Columns),
        new MatrixSpan(_product, Shape.Rows, Shape.Columns));

    [Benchmark(Description = "Aᵀ B")]
    public void LeftTransposed() => MatrixProduct.Multiply(
        new ReadOnlyMatrixSpan(_left, Shape.Inner, Shape.Rows).Transposed,
        new ReadOnlyMatrixSpan(_right, Shape.Inner, Shape.Columns),
        new MatrixSpan(_product, Shape.Rows, Shape.Columns));

    [Benchmark(Description = "A Bᵀ")]
    public void RightTransposed() => MatrixProduct.Multiply(
        new ReadOnlyMatrixSpan(_left, Shape.Rows, Shape.Inner),
        new ReadOnlyMatrixSpan(_right, Shape.Columns, Shape.Inner).Transposed,
        new MatrixSpan(_product, Shape.Rows, Shape.Columns));

    private static float[] Filled(int length) => [.. Enumerable.Range(0, length).Select(i => i * 37 % 17 / 16f - 0.5f)];
}
