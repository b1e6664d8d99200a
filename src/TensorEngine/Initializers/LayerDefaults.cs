using TensorEngine.Generators;

namespace TensorEngine.Initializers;

/// <content>
/// What PyTorch gives its layers when they are made: weights as Kaiming's uniform rule with negative slope sqrt(5) says, and biases
/// from [-b, b) with b = sqrt(1 / fanIn); the weights' bound is the same number up to rounding.
/// </content>
public static partial class Initialize
{
    /// <summary>Draws the weights, then the biases, as torch.nn.Linear does.</summary>
    /// <param name="weight">[outputs, inputs].</param>
    /// <param name="bias">[outputs], or null for a layer without.</param>
    /// <param name="generator">Where the draws come from.</param>
    /// <exception cref="ArgumentNullException"><paramref name="weight"/> or <paramref name="generator"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="weight"/> has not two dimensions, or <paramref name="bias"/> has not one element for each output.
    /// </exception>
    public static void Linear(Parameter weight, Parameter? bias, Generator generator) =>
        Linear(Require.NotNull(weight).Values, bias is null ? default : bias.Values, weight.Shape, generator);

    /// <summary>Draws the weights, then the biases, as torch.nn.Linear does.</summary>
    /// <param name="weight">The weights, row by row.</param>
    /// <param name="bias">One element for each output; empty for a layer without.</param>
    /// <param name="shape">[outputs, inputs], the shape of the weights.</param>
    /// <param name="generator">Where the draws come from.</param>
    /// <exception cref="ArgumentNullException"><paramref name="generator"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="shape"/> has not two dimensions, or <paramref name="weight"/> or <paramref name="bias"/> has another length.
    /// </exception>
    public static void Linear(Span<float> weight, Span<float> bias, Shape shape, Generator generator)
    {
        CheckRank(shape, 2, 2);
        Layer(weight, bias, shape, generator);
    }

    /// <summary>Draws the weights, then the biases, as torch.nn.Conv1d, Conv2d and Conv3d do.</summary>
    /// <param name="weight">[outputs, inputs / groups, kernel...], with one to three dimensions of kernel.</param>
    /// <param name="bias">[outputs], or null for a layer without.</param>
    /// <param name="generator">Where the draws come from.</param>
    /// <exception cref="ArgumentNullException"><paramref name="weight"/> or <paramref name="generator"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="weight"/> has not three to five dimensions, or <paramref name="bias"/> has not one element for each output.
    /// </exception>
    public static void Convolution(Parameter weight, Parameter? bias, Generator generator) =>
        Convolution(Require.NotNull(weight).Values, bias is null ? default : bias.Values, weight.Shape, generator);

    /// <summary>Draws the weights, then the biases, as torch.nn.Conv1d, Conv2d and Conv3d do.</summary>
    /// <param name="weight">The weights, row by row.</param>
    /// <param name="bias">One element for each output; empty for a layer without.</param>
    /// <param name="shape">[outputs, inputs / groups, kernel...], the shape of the weights.</param>
    /// <param name="generator">Where the draws come from.</param>
    /// <exception cref="ArgumentNullException"><paramref name="generator"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="shape"/> has not three to five dimensions, or <paramref name="weight"/> or <paramref name="bias"/> has another
    /// length.
    /// </exception>
    public static void Convolution(Span<float> weight, Span<float> bias, Shape shape, Generator generator)
    {
        CheckRank(shape, 3, 5);
        Layer(weight, bias, shape, generator);
    }

    private static void Layer(Span<float> weight, Span<float> bias, Shape shape, Generator generator)
    {
        CheckLength(weight, shape, nameof(weight));
        Require.NotNull(generator);
        CheckBias(bias, shape);
        generator.CheckRoom((long)weight.Length + bias.Length);
        long fanIn = Fan.Of(shape).In;
        // PyTorch goes through the gain for slope sqrt(5); the bits of 1 / sqrt(fanIn) can be others.
        KaimingUniform(weight, fanIn, generator, Math.Sqrt(5));
        if (bias.IsEmpty)
            return;
        double bound = 1 / Math.Sqrt(fanIn);
        generator.Uniform(bias, -bound, bound);
    }

    private static void CheckBias(ReadOnlySpan<float> bias, Shape shape)
    {
        if (!bias.IsEmpty && bias.Length != shape[0])
        {
            throw new ArgumentException(
                $"bias has {bias.Length} elements, shape is {shape}; it must have one for each of the {shape[0]} outputs.", nameof(bias));
        }
    }
}
