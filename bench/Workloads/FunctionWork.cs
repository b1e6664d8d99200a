using TensorEngine.Numerics;
using TensorEngine.Numerics.Activations;
using TensorEngine.Numerics.Functions;

namespace TensorEngine.Benchmarks.Workloads;

/// <summary>A function over spans, beside the same of TensorPrimitives, which adds and rounds in an order of its own.</summary>
/// <param name="Name">Its name.</param>
/// <param name="BytesPerElement">What has to be read and written for an element.</param>
/// <param name="TensorEngine">Ours.</param>
/// <param name="TensorPrimitives">The peer.</param>
public sealed record FunctionWork(string Name, int BytesPerElement, FunctionWork.Function TensorEngine, FunctionWork.Function TensorPrimitives)
    : IBytesPerElement
{
    /// <summary>Reads one or two buffers, and writes one or returns a number.</summary>
    public delegate double Function(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> output);

    public static IReadOnlyList<FunctionWork> All { get; } =
    [
        new("Sum", 4, (x, _, _) => Reduction.Sum(x), (x, _, _) => System.Numerics.Tensors.TensorPrimitives.Sum(x)),
        new("Dot", 8, (x, y, _) => Reduction.Dot(x, y), (x, y, _) => System.Numerics.Tensors.TensorPrimitives.Dot(x, y)),
        new("Norm", 4, (x, _, _) => Reduction.Norm(x), (x, _, _) => System.Numerics.Tensors.TensorPrimitives.Norm(x)),
        new("Max", 4, (x, _, _) => Reduction.Max(x), (x, _, _) => System.Numerics.Tensors.TensorPrimitives.Max(x)),
        new("Variance", 4, (x, _, _) => Reduction.Variance(x), (x, _, _) => System.Numerics.Tensors.TensorPrimitives.StdDev(x)),
        Map("Exp", (x, output) => Elementary.Exp(x, output), System.Numerics.Tensors.TensorPrimitives.Exp),
        Map("Sigmoid", (x, output) => Activation.Sigmoid(x, output), System.Numerics.Tensors.TensorPrimitives.Sigmoid),
        Map("Tanh", (x, output) => Activation.Tanh(x, output), System.Numerics.Tensors.TensorPrimitives.Tanh),
        Map("Gelu", (x, output) => Activation.Gelu(x, output), System.Numerics.Tensors.TensorPrimitives.Tanh),
        Map("Silu", (x, output) => Activation.Silu(x, output), System.Numerics.Tensors.TensorPrimitives.Sigmoid),
    ];

    public override string ToString() => Name;

    // Where there is no peer, the function that is most of it stands for one.
    private static FunctionWork Map(string name, Unary ours, Unary peer) => new(
        name,
        8,
        (x, _, output) =>
        {
            ours(x, output);
            return 0;
        },
        (x, _, output) =>
        {
            peer(x, output);
            return 0;
        });

    private delegate void Unary(ReadOnlySpan<float> input, Span<float> output);
}
