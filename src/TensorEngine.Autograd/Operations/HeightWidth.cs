namespace TensorEngine.Autograd.Operations;

/// <summary>
/// Two numbers for the two dimensions of an image. A single number is used for both: <c>padding: 1</c>, <c>stride: (2, 1)</c>.
/// </summary>
/// <param name="Height">The number for the height.</param>
/// <param name="Width">The number for the width.</param>
public readonly record struct HeightWidth(int Height, int Width)
{
    /// <summary>The same number for both dimensions.</summary>
    public static implicit operator HeightWidth(int both) => new(both, both);

    /// <summary>Height and width.</summary>
    public static implicit operator HeightWidth((int Height, int Width) pair) => new(pair.Height, pair.Width);
}
