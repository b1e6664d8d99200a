using TensorEngine.Generators;
using TensorEngine.Numerics;

namespace TensorEngine.Initializers;

/// <content>
/// Orthogonal initialization: a matrix whose rows or columns, whichever are fewer, are orthonormal.
/// Source: Saxe, McClelland and Ganguli, Exact solutions to the nonlinear dynamics of learning, 2013.
/// </content>
public static partial class Initialize
{
    /// <summary>
    /// Draws a matrix from the normal distribution and sets the values to <paramref name="gain"/> times the orthogonal factor Q of its QR
    /// decomposition (that of its transpose if it is wider than tall) in which no diagonal element of R is negative.
    /// </summary>
    /// <remarks>
    /// The decomposition is computed in double by Householder reflections in a fixed order, so its bits are the same everywhere. With gain
    /// 1, no element of Q^T Q differs by more than 1e-6 from that of the identity. With a <see cref="TorchGenerator"/> the values are those
    /// of orthogonal_ up to the rounding errors of its LAPACK.
    /// </remarks>
    /// <param name="parameter">[rows, ...], with at least two dimensions; those after the first are the columns.</param>
    /// <param name="generator">The source of the random numbers.</param>
    /// <param name="gain">At least 0; see <see cref="Gain.Of"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameter"/> or <paramref name="generator"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="parameter"/> has fewer than two dimensions.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="gain"/> is negative or not finite as a float.</exception>
    public static void Orthogonal(Parameter parameter, Generator generator, double gain = 1)
    {
        using InitialValues values = ValuesOf(parameter);
        Orthogonal(values.Span, generator, parameter.Shape, gain);
    }

    /// <summary>
    /// Draws a matrix from the normal distribution and sets the values to <paramref name="gain"/> times the orthogonal factor Q of its QR
    /// decomposition (that of its transpose if it is wider than tall) in which no diagonal element of R is negative.
    /// </summary>
    /// <inheritdoc cref="Orthogonal(Parameter, Generator, double)" path="/remarks"/>
    /// <param name="destination">The matrix, row by row.</param>
    /// <param name="generator">The source of the random numbers.</param>
    /// <param name="shape">[rows, ...], with at least two dimensions; those after the first are the columns.</param>
    /// <param name="gain">At least 0; see <see cref="Gain.Of"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="generator"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="shape"/> has fewer than two dimensions, or <paramref name="destination"/> has a different number of elements.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="gain"/> is negative or not finite as a float.</exception>
    public static void Orthogonal(Span<float> destination, Generator generator, Shape shape, double gain = 1)
    {
        CheckRank(shape, 2, int.MaxValue);
        Require.SameCount(destination.Length, shape, nameof(destination));
        Require.NotNull(generator);
        HyperParameter.NonNegative(gain, nameof(gain));

        int rows = shape[0], columns = destination.Length / rows;
        bool wide = rows < columns;
        generator.Normal(destination);
        var factors = new HouseholderFactors(new double[destination.Length], new double[destination.Length], Math.Min(rows, columns));
        factors.Decompose(destination, rows, columns, transposed: wide);
        ReadOnlySpan<double> q = factors.OrthogonalFactor();
        if (!wide)
        {
            for (int i = 0; i < destination.Length; i++)
                destination[i] = (float)(q[i] * gain);
            return;
        }

        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
                destination[row * columns + column] = (float)(q[column * rows + row] * gain);
        }
    }
}
