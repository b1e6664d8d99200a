namespace TensorEngine.Numerics.Normalizations;

/// <summary>The center around which a row is normalized.</summary>
internal interface IRowCenter
{
    static abstract double Of(ReadOnlySpan<float> row);

    /// <summary>Returns the kept mean of row <paramref name="index"/>.</summary>
    static abstract float Kept(ReadOnlySpan<float> means, int index);

    /// <summary>Gets what the center passes back: the mean of gradient * weight; an empty weight means 1.</summary>
    static abstract double MeanGradient(ReadOnlySpan<float> gradient, ReadOnlySpan<float> weight);
}

/// <summary>From its mean.</summary>
internal readonly struct Centered : IRowCenter
{
    public static double Of(ReadOnlySpan<float> row) => Reduction.Mean(row);

    public static float Kept(ReadOnlySpan<float> means, int index) => means[index];

    public static double MeanGradient(ReadOnlySpan<float> gradient, ReadOnlySpan<float> weight) =>
        (weight.IsEmpty ? Reduction.Sum(gradient) : Reduction.Dot(gradient, weight)) / gradient.Length;
}

/// <summary>From 0.</summary>
internal readonly struct AsItIs : IRowCenter
{
    public static double Of(ReadOnlySpan<float> row) => 0;

    public static float Kept(ReadOnlySpan<float> means, int index) => 0;

    public static double MeanGradient(ReadOnlySpan<float> gradient, ReadOnlySpan<float> weight) => 0;
}
