namespace TensorEngine.Numerics.Normalizations;

/// <summary>
/// Normalizes rows to a mean square of 1, as torch.nn.functional.rms_norm over the last dimension.
/// Source: Zhang and Sennrich, Root mean square layer normalization, 2019.
/// </summary>
/// <remarks>
/// Sums over a row are accumulated in double in the order that <see cref="Reduction"/> states, sums over rows in the order of the rows, so
/// the bits are the same at every width and number of threads. A row with NaN or an infinity becomes NaN. A call allocates nothing.
/// </remarks>
public static class RmsNormalization
{
    /// <summary>
    /// output = input * r * weight with r = 1 / sqrt(mean of input^2 + epsilon); the mean is over the row. Error at most 2.5 ULP.
    /// </summary>
    /// <param name="input">[rows, columns], with contiguous rows; at least 1 column.</param>
    /// <param name="weight">[columns]; or empty for 1.</param>
    /// <param name="epsilon">The number added to the mean square (2^-23 by default in torch); at least 0 and finite.</param>
    /// <param name="reciprocals">[rows]; receives the factors r, for the gradients; or empty.</param>
    /// <param name="output">
    /// [rows, columns], with contiguous rows; may be the memory of the input, but may not overlap it otherwise.
    /// </param>
    /// <param name="workers">The threads that share many rows, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">Sizes do not match, the elements of a row are not contiguous, or spans overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epsilon"/> is out of its range.</exception>
    public static void Forward(
        ReadOnlyMatrixSpan input,
        ReadOnlySpan<float> weight,
        double epsilon,
        Span<float> reciprocals,
        MatrixSpan output,
        Workers? workers = null) =>
        RowNormalization.Forward<AsItIs>(input, weight, [], epsilon, [], reciprocals, output, workers);

    /// <summary>
    /// The gradient with respect to the input: r * (h - n * (mean of h * n)) with h = outputGradient * weight and n = input * r.
    /// Error at most 5 ULP of r * (|h| + |n| * (mean of |h * n|)).
    /// </summary>
    /// <param name="input">[rows, columns], as passed to <see cref="Forward"/>.</param>
    /// <param name="weight">[columns]; or empty for 1.</param>
    /// <param name="reciprocals">[rows], from <see cref="Forward"/>.</param>
    /// <param name="outputGradient">[rows, columns], with contiguous rows.</param>
    /// <param name="inputGradient">
    /// [rows, columns], with contiguous rows; may be the memory of an operand, but may not overlap one otherwise.
    /// </param>
    /// <param name="accumulate">Whether to add to <paramref name="inputGradient"/> instead of overwriting it.</param>
    /// <param name="workers">The threads that share many rows, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">Sizes do not match, the elements of a row are not contiguous, or spans overlap.</exception>
    public static void InputGradient(
        ReadOnlyMatrixSpan input,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> reciprocals,
        ReadOnlyMatrixSpan outputGradient,
        MatrixSpan inputGradient,
        bool accumulate = false,
        Workers? workers = null) =>
        RowNormalization.InputGradient<AsItIs>(input, weight, [], reciprocals, outputGradient, inputGradient, accumulate, workers);

    /// <summary>
    /// The gradient with respect to the weight: the sum over the rows of outputGradient * input * r, carried in double in the order of the
    /// rows and narrowed once. Error at most 2 ULP of the sum of the terms' magnitudes.
    /// </summary>
    /// <param name="input">[rows, columns], as passed to <see cref="Forward"/>.</param>
    /// <param name="reciprocals">[rows], from <see cref="Forward"/>.</param>
    /// <param name="outputGradient">[rows, columns], with contiguous rows.</param>
    /// <param name="weightGradient">[columns]; may not overlap the others.</param>
    /// <param name="accumulate">Whether to add to <paramref name="weightGradient"/> instead of overwriting it.</param>
    /// <param name="workers">The threads that share many columns, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">Sizes do not match, the elements of a row are not contiguous, or spans overlap.</exception>
    public static void WeightGradient(
        ReadOnlyMatrixSpan input,
        ReadOnlySpan<float> reciprocals,
        ReadOnlyMatrixSpan outputGradient,
        Span<float> weightGradient,
        bool accumulate = false,
        Workers? workers = null) =>
        RowNormalization.WeightGradient<AsItIs>(input, [], reciprocals, outputGradient, weightGradient, accumulate, workers);
}
