using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Samples.Shared.Timing;
using TensorEngine.Benchmarks.Peers;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Products;

namespace TensorEngine.Benchmarks.Products;

/// <summary>Which operand is stored as its transpose.</summary>
internal enum Layout
{
    /// <summary>A * B.</summary>
    Plain,

    /// <summary>Aᵀ * B.</summary>
    LeftTransposed,

    /// <summary>A * Bᵀ.</summary>
    RightTransposed,
}

/// <summary>One product of matrices, [rows, inner] * [inner, columns], by the library and by OpenBLAS, on the same memory.</summary>
internal sealed unsafe class ProductCase : IDisposable
{
    private readonly Layout _layout;
    private readonly int _rows;
    private readonly int _inner;
    private readonly int _columns;
    private readonly float* _left;
    private readonly float* _right;
    private readonly float* _product;

    public ProductCase(Layout layout, int rows, int inner, int columns)
    {
        (_layout, _rows, _inner, _columns) = (layout, rows, inner, columns);
        _left = Allocate(rows * inner);
        _right = Allocate(inner * columns);
        _product = Allocate(rows * columns);
    }

    /// <summary>The multiplications and additions.</summary>
    public double Operations => 2.0 * _rows * _inner * _columns;

    /// <summary>The shape and the layout.</summary>
    public string Name => NameOf(_layout, _rows, _inner, _columns);

    /// <summary>Whether one side of the product is 1, so that OpenBLAS has a routine of its own for it.</summary>
    public bool IsVector => _rows == 1 || _columns == 1;

    /// <summary>Whether the matrix beside a vector is stored in the direction of the sums, which are one chain each here.</summary>
    public bool IsAlongSums => IsVector && (_rows == 1 ? _layout == Layout.RightTransposed : _layout != Layout.LeftTransposed);

    /// <summary>How far two products may be apart that add the same terms in different orders.</summary>
    public float Tolerance => 1e-6f * _inner;

    /// <summary>A shape and a layout as text.</summary>
    public static string NameOf(Layout layout, int rows, int inner, int columns) => $"{rows}x{inner}x{columns}, {layout switch
    {
        Layout.Plain => "A*B",
        Layout.LeftTransposed => "Aᵀ*B",
        _ => "A*Bᵀ",
    }}";

    /// <summary>
    /// The same work, when the threads that others have left spinning are asleep and its own are awake: for two threads on two
    /// processors.
    /// </summary>
    public static TimedWork AfterOthers(TimedWork work) => repeats =>
    {
        Thread.Sleep(2);
        _ = work(1);
        return work(repeats);
    };

    /// <summary>By the library.</summary>
    public TimedWork Ours(Workers? workers = null) => repeats =>
    {
        long start = Stopwatch.GetTimestamp();
        Multiply(repeats, workers);
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    };

    /// <summary>By sgemm.</summary>
    public TimedWork Sgemm(OpenBlas blas, int threads) => With(blas, threads, () => blas.Multiply(
        _layout == Layout.LeftTransposed, _layout == Layout.RightTransposed, _rows, _inner, _columns, _left, _right, _product));

    /// <summary>By sgemv, where <see cref="IsVector"/>.</summary>
    public TimedWork Sgemv(OpenBlas blas, int threads) => With(blas, threads, () =>
    {
        if (_rows == 1)
        {
            // xB = Bᵀx.
            if (_layout == Layout.RightTransposed)
                blas.MultiplyVector(transpose: false, _columns, _inner, _right, _left, _product);
            else
                blas.MultiplyVector(transpose: true, _inner, _columns, _right, _left, _product);
        }
        else if (_layout == Layout.LeftTransposed)
        {
            blas.MultiplyVector(transpose: true, _inner, _rows, _left, _right, _product);
        }
        else
        {
            blas.MultiplyVector(transpose: false, _rows, _inner, _left, _right, _product);
        }
    });

    /// <summary>The largest difference between the library's product and what the peer makes of the same operands.</summary>
    public float Difference(TimedWork peer)
    {
        var product = new Span<float>(_product, _rows * _columns);
        Multiply(1, workers: null);
        float[] ours = product.ToArray();
        product.Fill(float.NaN);
        _ = peer(1);
        TensorPrimitives.Subtract(product, ours, ours);
        return Math.Abs(TensorPrimitives.MaxMagnitude<float>(ours));
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_left);
        NativeMemory.AlignedFree(_right);
        NativeMemory.AlignedFree(_product);
    }

    private static float* Allocate(int length)
    {
        float* memory = (float*)NativeMemory.AlignedAlloc((nuint)length * sizeof(float), 64);
        var random = new Random(1);
        for (int i = 0; i < length; i++)
            memory[i] = random.NextSingle() - .5f;
        return memory;
    }

    private static TimedWork With(OpenBlas blas, int threads, Action work)
    {
        TimedWork timed = AlternatingPairs.Timed(work);
        return repeats =>
        {
            blas.SetThreads(threads);
            return timed(repeats);
        };
    }

    private static ReadOnlyMatrixSpan View(float* memory, int rows, int columns) =>
        new(new ReadOnlySpan<float>(memory, rows * columns), rows, columns);

    // With the views of every call, which say where a matrix lies, as a caller in C does.
    private void Multiply(int repeats, Workers? workers)
    {
        for (int i = 0; i < repeats; i++)
        {
            ReadOnlyMatrixSpan left = _layout == Layout.LeftTransposed
                ? View(_left, _inner, _rows).Transposed
                : View(_left, _rows, _inner);
            ReadOnlyMatrixSpan right = _layout == Layout.RightTransposed
                ? View(_right, _columns, _inner).Transposed
                : View(_right, _inner, _columns);
            MatrixProduct.Multiply(left, right, new MatrixSpan(new Span<float>(_product, _rows * _columns), _rows, _columns), workers);
        }
    }
}
