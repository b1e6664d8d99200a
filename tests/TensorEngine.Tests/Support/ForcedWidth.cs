using TensorEngine.Lanes;

namespace TensorEngine.Tests.Support;

/// <summary>Makes the kernels run at one lane width until it is disposed: <c>using (new ForcedWidth(8))</c>. Scopes nest.</summary>
public readonly ref struct ForcedWidth
{
    /// <summary>Every width there is. Those whose instructions are missing run in software, with the same bits.</summary>
    public static readonly int[] All = [16, 8, 4, 1];

    private static int s_forced;

    private readonly int _before;

    public ForcedWidth(int width)
    {
        _before = s_forced;
        Force(width);
    }

    public void Dispose() => Force(_before);

    private static void Force(int width)
    {
        LaneWidth.Force(width);
        s_forced = width;
    }
}
