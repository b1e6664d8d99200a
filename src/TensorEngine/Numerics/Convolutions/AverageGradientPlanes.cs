using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace TensorEngine.Numerics.Convolutions;

/// <summary>
/// The gradients of means of windows, plane by plane: every output's share goes to all that its window saw, in the order of the outputs.
/// Where windows move by one place, or lie side by side, whole stretches of a row are added to at a time, in the same order.
/// </summary>
internal readonly ref struct AverageGradientPlanes(
    PoolingGeometry geometry,
    ReadOnlySpan<float> outputGradient,
    Span<float> inputGradient,
    bool countPadding,
    bool accumulate,
    WorkParts parts) : IWork
{
    // The shares of so many places, on the stack.
    private const int MostPlaces = 1024;

    private readonly ReadOnlySpan<float> _outputGradient = outputGradient;
    private readonly Span<float> _inputGradient = inputGradient;

    public WorkParts Parts { get; } = parts;

    private bool IsTiling => geometry.Horizontal.Stride == geometry.Horizontal.Kernel && geometry.Horizontal.Kernel <= MostPlaces;

    public void Run(int part)
    {
        (int first, int count) = Parts.Of(part);
        int from = geometry.OutputPlane, to = geometry.InputPlane;
        if (!accumulate)
            _inputGradient.Slice(first * to, count * to).Clear();
        Span<float> shares = stackalloc float[MostPlaces];
        for (int plane = first; plane < first + count; plane++)
            Plane(_outputGradient.Slice(plane * from, from), _inputGradient.Slice(plane * to, to), shares);
    }

    private void Plane(ReadOnlySpan<float> outputGradient, Span<float> inputGradient, Span<float> shares)
    {
        int outputs = geometry.Horizontal.Output;
        int together = IsTiling ? shares.Length / geometry.Horizontal.Kernel : geometry.Horizontal.Stride == 1 ? shares.Length : outputs;
        for (int y = 0; y < geometry.Vertical.Output; y++)
        {
            ReadOnlySpan<float> gradients = outputGradient.Slice(y * outputs, outputs);
            for (int x = 0; x < outputs; x += together)
            {
                int end = Math.Min(outputs, x + together);
                if (IsTiling)
                    SideBySide(gradients, inputGradient, shares, y, x, end);
                else if (geometry.Horizontal.Stride == 1)
                    OneApart(gradients, inputGradient, shares, y, x, end);
                else
                    OneByOne(gradients, inputGradient, y, x, end);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void OneByOne(ReadOnlySpan<float> gradients, Span<float> inputGradient, int y, int start, int end)
    {
        (int top, int bottom) = WindowReach.Of(geometry.Vertical, y);
        int rows = WindowReach.Count(geometry.Vertical, y, countPadding), width = geometry.Horizontal.Input;
        for (int x = start; x < end; x++)
        {
            (int left, int right) = WindowReach.Of(geometry.Horizontal, x);
            float share = gradients[x] / (rows * WindowReach.Count(geometry.Horizontal, x, countPadding));
            for (int row = top; row < bottom; row++)
            {
                foreach (ref float element in inputGradient[(row * width + left)..(row * width + right)])
                    element += share;
            }
        }
    }

    // Every place of the window by itself, the last one first: its outputs come before the others' at every element.
    private void OneApart(ReadOnlySpan<float> gradients, Span<float> inputGradient, Span<float> shares, int y, int start, int end)
    {
        (int top, int bottom) = WindowReach.Of(geometry.Vertical, y);
        int width = geometry.Horizontal.Input;
        Divide(gradients, shares, y, start, end);
        for (int row = top; row < bottom; row++)
        {
            Span<float> elements = inputGradient.Slice(row * width, width);
            for (int place = geometry.Horizontal.Kernel - 1; place >= 0; place--)
            {
                int shift = place - geometry.Horizontal.Padding;
                int first = Math.Max(start, -shift), last = Math.Min(end, width - shift);
                if (first >= last)
                    continue;
                Span<float> to = elements[(first + shift)..(last + shift)];
                TensorPrimitives.Add(to, shares[(first - start)..(last - start)], to);
            }
        }
    }

    // The windows' shares, each as often as the window is wide, are a row.
    private void SideBySide(ReadOnlySpan<float> gradients, Span<float> inputGradient, Span<float> shares, int y, int start, int end)
    {
        (int top, int bottom) = WindowReach.Of(geometry.Vertical, y);
        (int kernel, int width) = (geometry.Horizontal.Kernel, geometry.Horizontal.Input);
        Divide(gradients, shares, y, start, end);
        Repeat(shares, end - start, kernel);
        int left = start * kernel - geometry.Horizontal.Padding, first = Math.Max(0, left);
        int last = Math.Min(width, end * kernel - geometry.Horizontal.Padding);
        for (int row = top; row < bottom; row++)
        {
            Span<float> to = inputGradient[(row * width + first)..(row * width + last)];
            TensorPrimitives.Add(to, shares[(first - left)..(last - left)], to);
        }
    }

    // shares[i] = the share of output start + i.
    private void Divide(ReadOnlySpan<float> gradients, Span<float> shares, int y, int start, int end)
    {
        int rows = WindowReach.Count(geometry.Vertical, y, countPadding);
        (int inside, int outside) = WindowReach.Inside(geometry.Horizontal);
        int first = Math.Clamp(inside, start, end), last = Math.Clamp(outside, first, end);
        for (int x = start; x < first; x++)
            shares[x - start] = gradients[x] / (rows * WindowReach.Count(geometry.Horizontal, x, countPadding));
        TensorPrimitives.Divide(gradients[first..last], rows * geometry.Horizontal.Kernel, shares[(first - start)..]);
        for (int x = last; x < end; x++)
            shares[x - start] = gradients[x] / (rows * WindowReach.Count(geometry.Horizontal, x, countPadding));
    }

    // From the last on, so that none is overwritten before it is read.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Repeat(Span<float> shares, int count, int times)
    {
        for (int i = count - 1; i >= 0; i--)
        {
            float share = shares[i];
            for (int place = i * times + times - 1; place >= i * times; place--)
                shares[place] = share;
        }
    }
}
