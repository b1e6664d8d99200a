namespace TensorEngine.Numerics.Convolutions;

/// <summary>
/// Describes how patches are taken along one dimension: like <see cref="WindowAxis"/>, but with padding that may also be negative.
/// </summary>
/// <param name="Input">The length of the source.</param>
/// <param name="Kernel">The number of elements of a patch.</param>
/// <param name="Stride">The distance from one patch to the next.</param>
/// <param name="Before">The number of zeros before the source; if negative, the number of its elements to leave out.</param>
/// <param name="Dilation">The distance from one element of a patch to the next.</param>
/// <param name="Output">The number of patches.</param>
internal readonly record struct PatchAxis(int Input, int Kernel, int Stride, int Before, int Dilation, int Output)
{
    /// <summary>The patches of a convolution's input.</summary>
    public static PatchAxis Of(WindowAxis axis) =>
        new(axis.Input, axis.Kernel, axis.Stride, axis.Padding, axis.Dilation, axis.Output);

    /// <summary>
    /// The patches of the output's gradient, whose product with the turned weights is the gradient of the input, at stride 1.
    /// </summary>
    public static PatchAxis Turned(WindowAxis axis) =>
        new(axis.Output, axis.Kernel, 1, (axis.Kernel - 1) * axis.Dilation - axis.Padding, axis.Dilation, axis.Input);

    /// <summary>Gets whether the patches are the elements of the source in order.</summary>
    public bool IsPlain => Kernel == 1 && Stride == 1 && Before == 0;

    /// <summary>Gets the number of elements of the padded source spanned by a number of patches.</summary>
    public int Reach(int patches) => (patches - 1) * Stride + (Kernel - 1) * Dilation + 1;
}
