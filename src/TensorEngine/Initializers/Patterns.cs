namespace TensorEngine.Initializers;

/// <content>Weights that pass their inputs through. They use no random numbers.</content>
public static partial class Initialize
{
    /// <summary>Sets the identity matrix: 1 where row and column are equal, 0 elsewhere.</summary>
    /// <param name="parameter">[rows, columns].</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameter"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="parameter"/> does not have exactly two dimensions.</exception>
    public static void Eye(Parameter parameter)
    {
        using InitialValues values = ValuesOf(parameter);
        Eye(values.Span, parameter.Shape);
    }

    /// <summary>Sets the identity matrix: 1 where row and column are equal, 0 elsewhere.</summary>
    /// <param name="destination">The matrix, row by row.</param>
    /// <param name="shape">[rows, columns].</param>
    /// <exception cref="ArgumentException">
    /// <paramref name="shape"/> does not have exactly two dimensions, or <paramref name="destination"/> has a different number of elements.
    /// </exception>
    public static void Eye(Span<float> destination, Shape shape)
    {
        CheckRank(shape, 2, 2);
        Require.SameCount(destination.Length, shape, nameof(destination));
        destination.Clear();
        for (int i = 0; i < Math.Min(shape[0], shape[1]); i++)
            destination[i * shape[1] + i] = 1;
    }

    /// <summary>
    /// Sets a convolution that passes as many channels through as possible: in each group, output d is 1 times the center of input d.
    /// </summary>
    /// <param name="parameter">[outputs, inputs / groups, kernel...], with one to three kernel dimensions.</param>
    /// <param name="groups">The number of groups of outputs; at least 1 and a divisor of the number of outputs.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameter"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="parameter"/> does not have three to five dimensions, or <paramref name="groups"/> does not divide the outputs.
    /// </exception>
    public static void Dirac(Parameter parameter, int groups = 1)
    {
        using InitialValues values = ValuesOf(parameter);
        Dirac(values.Span, parameter.Shape, groups);
    }

    /// <summary>
    /// Sets a convolution that passes as many channels through as possible: in each group, output d is 1 times the center of input d.
    /// </summary>
    /// <param name="destination">The weights, in row-major order.</param>
    /// <param name="shape">[outputs, inputs / groups, kernel...], with one to three kernel dimensions.</param>
    /// <param name="groups">The number of groups of outputs; at least 1 and a divisor of the number of outputs.</param>
    /// <exception cref="ArgumentException">
    /// <paramref name="shape"/> does not have three to five dimensions, <paramref name="destination"/> has a different number of elements,
    /// or <paramref name="groups"/> does not divide the outputs.
    /// </exception>
    public static void Dirac(Span<float> destination, Shape shape, int groups = 1)
    {
        CheckRank(shape, 3, 5);
        Require.SameCount(destination.Length, shape, nameof(destination));
        if (groups < 1 || shape[0] % groups != 0)
            throw new ArgumentException($"groups is {groups}; it must divide the {shape[0]} outputs of shape {shape}.", nameof(groups));

        int receptiveField = 1, centre = 0;
        for (int dimension = 2; dimension < shape.Rank; dimension++)
        {
            receptiveField *= shape[dimension];
            centre = centre * shape[dimension] + shape[dimension] / 2;
        }

        destination.Clear();
        int outputsPerGroup = shape[0] / groups;
        for (int output = 0; output < shape[0]; output++)
        {
            int input = output % outputsPerGroup;
            if (input < shape[1])
                destination[(output * shape[1] + input) * receptiveField + centre] = 1;
        }
    }
}
