using TensorEngine.Numerics;
using TensorEngine.Numerics.Activations;
using TensorEngine.Numerics.Products;

namespace TensorEngine.Tests.Oracles;

/// <summary>output = input · weightsᵀ + biases, and its gradients. Everything has one row per image.</summary>
public sealed class HandWrittenLayer
{
    /// <param name="store">Where the layer's parameters live: <c>name.weight</c> and <c>name.bias</c>, 0 at first.</param>
    /// <param name="name">As in PyTorch, fc1 for the first.</param>
    /// <param name="inputCount">The columns of the input.</param>
    /// <param name="outputCount">The columns of the output.</param>
    public HandWrittenLayer(ParameterStore store, string name, int inputCount, int outputCount)
    {
        ArgumentNullException.ThrowIfNull(store);
        Weights = store.Add($"{name}.weight", [outputCount, inputCount]);
        Biases = store.Add($"{name}.bias", [outputCount]);
        InputCount = inputCount;
        OutputCount = outputCount;
    }

    public int InputCount { get; }

    public int OutputCount { get; }

    /// <summary>[outputs, inputs]: row j is what output j looks for.</summary>
    public Parameter Weights { get; }

    /// <summary>[outputs].</summary>
    public Parameter Biases { get; }

    /// <summary>The threads that share the work, or null (the default) to use the calling thread alone.</summary>
    public Workers? Workers { get; set; }

    private ReadOnlyMatrixSpan WeightMatrix => new(Weights.Values, OutputCount, InputCount);

    /// <summary>[rows, inputs] · [inputs, outputs] + [outputs] gives [rows, outputs].</summary>
    public void Forward(ReadOnlySpan<float> input, Span<float> output)
    {
        MatrixSpan outputs = AsMatrix(output, OutputCount);
        MatrixProduct.Multiply(AsMatrix(input, InputCount), WeightMatrix.Transposed, outputs, Workers);
        Bias.Add(outputs, Biases.Values, outputs, Workers);
    }

    /// <summary>
    /// The gradients of the weights, [outputs, rows] · [rows, inputs], and of the biases, the sum of [rows, outputs] over the rows.
    /// </summary>
    public void FindParameterGradients(ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient)
    {
        ReadOnlyMatrixSpan outputGradients = AsMatrix(outputGradient, OutputCount);
        MatrixProduct.Multiply(
            outputGradients.Transposed,
            AsMatrix(input, InputCount),
            new MatrixSpan(Weights.Gradients, OutputCount, InputCount),
            Workers);
        Reduction.ColumnSums(outputGradients, Biases.Gradients, workers: Workers);
    }

    /// <summary>The gradient of the input: [rows, outputs] · [outputs, inputs] gives [rows, inputs].</summary>
    public void FindInputGradient(ReadOnlySpan<float> outputGradient, Span<float> inputGradient) =>
        MatrixProduct.Multiply(AsMatrix(outputGradient, OutputCount), WeightMatrix, AsMatrix(inputGradient, InputCount), Workers);

    private static ReadOnlyMatrixSpan AsMatrix(ReadOnlySpan<float> rows, int columns) => new(rows, rows.Length / columns, columns);

    private static MatrixSpan AsMatrix(Span<float> rows, int columns) => new(rows, rows.Length / columns, columns);
}
