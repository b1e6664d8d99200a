using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics.Convolutions;

/// <summary>
/// Means of windows, plane by plane. Windows that lie inside the width are taken many at a time, one in each lane; every sum goes row by
/// row either way.
/// </summary>
internal readonly ref struct AveragePlanes(
    PoolingGeometry geometry, ReadOnlySpan<float> input, Span<float> output, bool countPadding, WorkParts parts) : IWork, ITileKernel
{
    // The columns that a load of neighbours gives.
    private const int Columns = 4;

    private readonly ReadOnlySpan<float> _input = input;
    private readonly Span<float> _output = output;
    private readonly int _part;

    private AveragePlanes(in AveragePlanes whole, int part)
        : this(whole.Geometry, whole._input, whole._output, whole.CountsPadding, whole.Parts) => _part = part;

    public WorkParts Parts { get; } = parts;

    private PoolingGeometry Geometry { get; } = geometry;

    private bool CountsPadding { get; } = countPadding;

    public void Run(int part)
    {
        if (Halving<MeanOfFour>.Takes(Geometry))
        {
            (int first, int count) = Parts.Of(part);
            var halves = new Halving<MeanOfFour>(Geometry, _input, _output, [], first, count);
            LaneDispatch.Tile(ref halves);
            return;
        }

        var one = new AveragePlanes(this, part);
        LaneDispatch.Tile(ref one);
    }

    public void Run<TFloat>()
        where TFloat : struct, ITileLane<TFloat>
    {
        (int first, int count) = Parts.Of(_part);
        for (int plane = first; plane < first + count; plane++)
        {
            for (int y = 0; y < Geometry.Vertical.Output; y++)
                Row<TFloat>(plane * Geometry.InputPlane, y, (plane * Geometry.Vertical.Output + y) * Geometry.Horizontal.Output);
        }
    }

    private void Row<TFloat>(int from, int y, int to)
        where TFloat : struct, ITileLane<TFloat>
    {
        (int top, int bottom) = WindowReach.Of(Geometry.Vertical, y);
        int rows = WindowReach.Count(Geometry.Vertical, y, CountsPadding);
        (int first, int end) = WindowReach.Inside(Geometry.Horizontal);
        int x = Edge(from, to, (top, bottom), rows, 0, first);
        x = Inside<TFloat>(from, to, (top, bottom), rows, x, end);
        if (TFloat.Width > 8)
            x = Inside<FloatLane256>(from, to, (top, bottom), rows, x, end);
        if (TFloat.Width > 4)
            x = Inside<FloatLane128>(from, to, (top, bottom), rows, x, end);
        Edge(from, to, (top, bottom), rows, x, Geometry.Horizontal.Output);
    }

    // One window after the other; returns where it ends.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private int Edge(int from, int to, (int Top, int Bottom) reach, int rows, int x, int end)
    {
        int width = Geometry.Horizontal.Input;
        for (; x < end; x++)
        {
            (int left, int right) = WindowReach.Of(Geometry.Horizontal, x);
            float sum = 0;
            for (int row = reach.Top; row < reach.Bottom; row++)
            {
                foreach (float value in _input.Slice(from + row * width + left, right - left))
                    sum += value;
            }

            _output[to + x] = sum / (rows * WindowReach.Count(Geometry.Horizontal, x, CountsPadding));
        }

        return x;
    }

    // As many windows at a time as there are lanes, while the loads stay inside the input; returns where it ends.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private int Inside<TFloat>(int from, int to, (int Top, int Bottom) reach, int rows, int x, int end)
        where TFloat : struct, ITileLane<TFloat>
    {
        (int kernel, int stride, int width) = (Geometry.Horizontal.Kernel, Geometry.Horizontal.Stride, Geometry.Horizontal.Input);
        // The last load reads up to the next multiple of its columns.
        int read = stride == 1 ? kernel : (kernel + Columns - 1) / Columns * Columns;
        TFloat count = TFloat.Splat((float)(rows * kernel)), zero = TFloat.Splat(0f);
        ref float means = ref Unsafe.Add(ref MemoryMarshal.GetReference(_output), to);
        for (; x <= end - TFloat.Width; x += TFloat.Width)
        {
            int left = x * stride - Geometry.Horizontal.Padding;
            if (from + (reach.Bottom - 1) * width + left + (TFloat.Width - 1) * stride + read > _input.Length)
                break;
            TFloat sum = zero;
            for (int row = reach.Top; row < reach.Bottom; row++)
            {
                ref float window = ref Unsafe.Add(ref MemoryMarshal.GetReference(_input), from + row * width + left);
                for (int column = 0; column < kernel; column += stride == 1 ? 1 : Columns)
                {
                    if (stride == 1)
                    {
                        sum += TFloat.Load(ref window, column);
                        continue;
                    }

                    (TFloat a, TFloat b, TFloat c, TFloat d) = TFloat.LoadColumns(in Unsafe.Add(ref window, column), stride);
                    sum += a;
                    sum = column + 1 < kernel ? sum + b : sum;
                    sum = column + 2 < kernel ? sum + c : sum;
                    sum = column + 3 < kernel ? sum + d : sum;
                }
            }

            (sum / count).Store(ref means, x);
        }

        return x;
    }
}
