using TensorEngine.Generators;

namespace TensorEngine.Initializers;

/// <content>
/// The initial values of PyTorch's layers: weights by Kaiming's uniform rule with negative slope sqrt(5), and biases from [-b, b) with b =
/// sqrt(1 / fanIn); the weights' bound is the same number up to rounding. </content>
public static partial class Initialize
{
    /// <summary>Draws the weights, then the biases, as torch.nn.Linear does.</summary>
    /// <param name="weight">[outputs, inputs].</param>
    /// <param name="generator">The source of the random numbers.</param>
    /// <param name="bias">[outputs], or null (the default) for a layer without biases.</param>
    /// <exception cref="ArgumentNullException"><paramref name="weight"/> or <paramref name="generator"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="weight"/> does not have exactly two dimensions, or <paramref name="bias"/> does not have one element for
    /// each output.
    /// </exception>
    public static void Linear(Parameter weight, Generator generator, Parameter? bias = null)
    {
        using InitialValues weights = ValuesOf(weight), biases = bias is null ? default : ValuesOf(bias);
        Linear(weights.Span, generator, weight.Shape, biases.Span);
    }

    /// <summary>Draws the weights, then the biases, as torch.nn.Linear does.</summary>
    /// <param name="weight">The weights, in row-major order.</param>
    /// <param name="generator">The source of the random numbers.</param>
    /// <param name="shape">[outputs, inputs], the shape of the weights.</param>
    /// <param name="bias">One element for each output; empty (the default) for a layer without biases.</param>
    /// <exception cref="ArgumentNullException"><paramref name="generator"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="shape"/> does not have exactly two dimensions, or <paramref name="weight"/> or <paramref name="bias"/> has a
    /// different length.
    /// </exception>
    public static void Linear(Span<float> weight, Generator generator, Shape shape, Span<float> bias = default)
    {
        CheckRank(shape, 2, 2);
        Layer(weight, generator, shape, bias);
    }

    /// <summary>Draws the weights, then the biases, as torch.nn.Conv1d, Conv2d and Conv3d do.</summary>
    /// <param name="weight">[outputs, inputs / groups, kernel...], with one to three kernel dimensions.</param>
    /// <param name="generator">The source of the random numbers.</param>
    /// <param name="bias">[outputs], or null (the default) for a layer without biases.</param>
    /// <exception cref="ArgumentNullException"><paramref name="weight"/> or <paramref name="generator"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="weight"/> does not have three to five dimensions, or <paramref name="bias"/> does not have one element for
    /// each output.
    /// </exception>
    public static void Convolution(Parameter weight, Generator generator, Parameter? bias = null)
    {
        using InitialValues weights = ValuesOf(weight), biases = bias is null ? default : ValuesOf(bias);
        Convolution(weights.Span, generator, weight.Shape, biases.Span);
    }

    /// <summary>Draws the weights, then the biases, as torch.nn.Conv1d, Conv2d and Conv3d do.</summary>
    /// <param name="weight">The weights, in row-major order.</param>
    /// <param name="generator">The source of the random numbers.</param>
    /// <param name="shape">[outputs, inputs / groups, kernel...], the shape of the weights.</param>
    /// <param name="bias">One element for each output; empty (the default) for a layer without biases.</param>
    /// <exception cref="ArgumentNullException"><paramref name="generator"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="shape"/> does not have three to five dimensions, or <paramref name="weight"/> or <paramref name="bias"/> has a
    /// different length.
    /// </exception>
    public static void Convolution(Span<float> weight, Generator generator, Shape shape, Span<float> bias = default)
    {
        CheckRank(shape, 3, 5);
        Layer(weight, generator, shape, bias);
    }

    private static void Layer(Span<float> weight, Generator generator, Shape shape, Span<float> bias)
    {
        Require.SameCount(weight.Length, shape, nameof(weight));
        Require.NotNull(generator);
        CheckBias(bias, shape);
        generator.CheckRoom((long)weight.Length + bias.Length);
        long fanIn = Fan.Of(shape).In;
        // PyTorch goes through the gain for slope sqrt(5); the bits of 1 / sqrt(fanIn) can be others.
        KaimingUniform(weight, generator, fanIn, Math.Sqrt(5));
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
