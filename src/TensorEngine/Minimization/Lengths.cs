namespace TensorEngine.Minimization;

/// <summary>The check of a length.</summary>
internal static class Lengths
{
    public static void Same(int length, int expected, string name, string expectedName)
    {
        if (length != expected)
        {
            throw new ArgumentException(
                $"{name} has {length} elements, {expectedName} has {expected}; they must have the same length.", name);
        }
    }
}
