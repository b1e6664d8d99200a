namespace TensorEngine.Numerics.Normalizations;

/// <summary>
/// Normalizes rows to mean 0 and standard deviation 1, as torch.nn.functional.layer_norm over the last dimension.
/// Source: Ba, Kiros and Hinton, Layer normalization, 2016.
/// </summary>
/// <remarks>
/// Sums over a row are accumulated in double in the order that <see cref="Reduction"/> states, sums over rows in the order of the rows, so
/// the bits are the same at every width and number of threads. A row with NaN or an infinity becomes NaN. A call allocates nothing.
/// </remarks>
public static class LayerNormalization
{
    /// <summary>
    /// output = (input - mean) * r * weight + bias with r = 1 / sqrt(variance + epsilon); mean and variance are over the row. The
    /// difference, two products and the sum are rounded. Error at most 4 ULP of (|input - mean| + |mean|) * r * |weight| + |bias|.
    /// </summary>
    /// <param name="input">[rows, columns], with contiguous rows; at least 1 column.</param>
    /// <param name="weight">[columns]; or empty for 1.</param>
    /// <param name="bias">[columns]; or empty for 0.</param>
    /// <param name="epsilon">The number added to the variance (1e-5 in torch); at least 0 and finite.</param>
    /// <param name="means">[rows]; receives the means, for the gradients; or empty.</param>
    /// <param name="reciprocalDeviations">[rows]; receives the factors r, for the gradients; or empty.</param>
    /// <param name="output">
    /// [rows, columns], with contiguous rows; may be the memory of the input, but may not overlap it otherwise.
    /// </param>
    /// <param name="workers">The threads that share many rows, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">Sizes do not match, the elements of a row are not contiguous, or spans overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epsilon"/> is out of its range.</exception>
    public static void Forward(
        ReadOnlyMatrixSpan input,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> bias,
        double epsilon,
        Span<float> means,
        Span<float> reciprocalDeviations,
        MatrixSpan output,
        Workers? workers = null) =>
        RowNormalization.Forward<Centered>(input, weight, bias, epsilon, means, reciprocalDeviations, output, workers);

    /// <summary>
    /// The gradient with respect to the input: r * (h - mean of h - n * (mean of h * n)) with h = outputGradient * weight and the
    /// normalized row n = (input - mean) * r. Error at most 5 ULP of r * (|h| + |mean of h| + (|n| + |mean| * r) * (mean of |h * n|)).
    /// </summary>
    /// <param name="input">[rows, columns], as passed to <see cref="Forward"/>.</param>
    /// <param name="weight">[columns]; or empty for 1.</param>
    /// <param name="means">[rows], from <see cref="Forward"/>.</param>
    /// <param name="reciprocalDeviations">[rows], from <see cref="Forward"/>.</param>
    /// <param name="outputGradient">[rows, columns], with contiguous rows.</param>
    /// <param name="inputGradient">
    /// [rows, columns], with contiguous rows; may be the memory of <paramref name="outputGradient"/> or <paramref name="input"/>, but may
    /// not overlap them otherwise.
    /// </param>
    /// <param name="accumulate">Whether to add to <paramref name="inputGradient"/> instead of overwriting it.</param>
    /// <param name="workers">The threads that share many rows, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">Sizes do not match, the elements of a row are not contiguous, or spans overlap.</exception>
    public static void InputGradient(
        ReadOnlyMatrixSpan input,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> means,
        ReadOnlySpan<float> reciprocalDeviations,
        ReadOnlyMatrixSpan outputGradient,
        MatrixSpan inputGradient,
        bool accumulate = false,
        Workers? workers = null)
    {
        RowNormalization.RequirePerRow(means, input);
        RowNormalization.InputGradient<Centered>(
            input, weight, means, reciprocalDeviations, outputGradient, inputGradient, accumulate, workers);
    }

    /// <summary>
    /// The gradient with respect to the weight: the sum over the rows of outputGradient * (input - mean) * r, carried in double in the
    /// order of the rows and narrowed once. Error at most 3 ULP of the sum of |outputGradient| * (|input - mean| + |mean|) * r. That with
    /// respect to the bias is <see cref="Reduction.ColumnSums"/> of outputGradient.
    /// </summary>
    /// <param name="input">[rows, columns], as passed to <see cref="Forward"/>.</param>
    /// <param name="means">[rows], from <see cref="Forward"/>.</param>
    /// <param name="reciprocalDeviations">[rows], from <see cref="Forward"/>.</param>
    /// <param name="outputGradient">[rows, columns], with contiguous rows.</param>
    /// <param name="weightGradient">[columns]; may not overlap the others.</param>
    /// <param name="accumulate">Whether to add to <paramref name="weightGradient"/> instead of overwriting it.</param>
    /// <param name="workers">The threads that share many columns, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">Sizes do not match, the elements of a row are not contiguous, or spans overlap.</exception>
    public static void WeightGradient(
        ReadOnlyMatrixSpan input,
        ReadOnlySpan<float> means,
        ReadOnlySpan<float> reciprocalDeviations,
        ReadOnlyMatrixSpan outputGradient,
        Span<float> weightGradient,
        bool accumulate = false,
        Workers? workers = null)
    {
        RowNormalization.RequirePerRow(means, input);
        RowNormalization.WeightGradient<Centered>(
            input, means, reciprocalDeviations, outputGradient, weightGradient, accumulate, workers);
    }
}
