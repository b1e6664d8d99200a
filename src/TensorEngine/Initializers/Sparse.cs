using TensorEngine.Generators;

namespace TensorEngine.Initializers;

/// <content>
/// Sparse initialization: each column, the weights of one input, has the same number of zeros.
/// Source: Martens, Deep learning via Hessian-free optimization, 2010.
/// </content>
public static partial class Initialize
{
    /// <summary>
    /// Draws from the normal distribution with mean 0, then sets ceil(sparsity * rows) rows of each column to 0: the first of a permutation
    /// that is drawn for the column.
    /// </summary>
    /// <param name="parameter">[rows, columns].</param>
    /// <param name="generator">The source of the random numbers and the permutations.</param>
    /// <param name="sparsity">The share of each column that is set to 0; from 0 to 1.</param>
    /// <param name="standardDeviation">The standard deviation of the other elements; at least 0.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameter"/> or <paramref name="generator"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="parameter"/> does not have exactly two dimensions.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="sparsity"/> is outside [0, 1], or <paramref name="standardDeviation"/> is negative or not finite as a float.
    /// </exception>
    public static void Sparse(Parameter parameter, Generator generator, double sparsity, double standardDeviation = 0.01)
    {
        using InitialValues values = ValuesOf(parameter);
        Sparse(values.Span, generator, parameter.Shape, sparsity, standardDeviation);
    }

    /// <summary>
    /// Draws from the normal distribution with mean 0, then sets ceil(sparsity * rows) rows of each column to 0: the first of a permutation
    /// that is drawn for the column.
    /// </summary>
    /// <param name="destination">The matrix, in row-major order.</param>
    /// <param name="generator">The source of the random numbers and the permutations.</param>
    /// <param name="shape">[rows, columns].</param>
    /// <param name="sparsity">The share of each column that is set to 0; from 0 to 1.</param>
    /// <param name="standardDeviation">The standard deviation of the other elements; at least 0.</param>
    /// <exception cref="ArgumentNullException"><paramref name="generator"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="shape"/> does not have exactly two dimensions, or <paramref name="destination"/> has a different number of elements.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="sparsity"/> is outside [0, 1], or <paramref name="standardDeviation"/> is negative or not finite as a float.
    /// </exception>
    public static void Sparse(
        Span<float> destination, Generator generator, Shape shape, double sparsity, double standardDeviation = 0.01)
    {
        CheckRank(shape, 2, 2);
        Require.SameCount(destination.Length, shape, nameof(destination));
        Require.NotNull(generator);
        if (!(sparsity >= 0 && sparsity <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(sparsity), sparsity, $"sparsity is {sparsity}; it must be at least 0 and at most 1.");
        }

        int rows = shape[0], columns = shape[1];
        int zeros = (int)Math.Ceiling(sparsity * rows);
        generator.CheckRoom(destination.Length + (long)columns * (rows - 1));
        generator.Normal(destination, 0, standardDeviation);
        int[] order = new int[rows];
        for (int column = 0; column < columns; column++)
        {
            generator.Permutation(order);
            foreach (int row in order.AsSpan(0, zeros))
                destination[row * columns + column] = 0;
        }
    }
}
