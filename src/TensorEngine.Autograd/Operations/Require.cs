namespace TensorEngine.Autograd.Operations;

/// <summary>Checks of arguments that several operations share.</summary>
internal static class Require
{
    /// <summary>Indices from 0 to below a number.</summary>
    public static void Below(int end, ReadOnlySpan<int> indices, string name)
    {
        for (int i = 0; i < indices.Length; i++)
        {
            if ((uint)indices[i] >= (uint)end)
            {
                throw new ArgumentOutOfRangeException(
                    name, indices[i], $"{name}[{i}] is {indices[i]}; it must be at least 0 and below {end}.");
            }
        }
    }
}
