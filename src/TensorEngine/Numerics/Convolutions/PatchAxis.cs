namespace TensorEngine.Numerics.Convolutions;

/// <summary>How patches are taken along one dimension: as <see cref="WindowAxis"/>, with a padding that may cut places off, too.</summary>
/// <param name="Input">The length of the source.</param>
/// <param name="Kernel">How many places a patch has.</param>
/// <param name="Stride">From a patch to the next.</param>
/// <param name="Before">How many zeros come before the source; below 0, how many of its places are left out.</param>
/// <param name="Dilation">From a place of a patch to the next.</param>
/// <param name="Output">How many patches there are.</param>
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

    /// <summary>Whether the patches are the places of the source, one after the other.</summary>
    public bool IsPlain => Kernel == 1 && Stride == 1 && Before == 0;

    /// <summary>How many places of the padded source so many patches look at, from the first to the last.</summary>
    public int Reach(int patches) => (patches - 1) * Stride + (Kernel - 1) * Dilation + 1;
}
