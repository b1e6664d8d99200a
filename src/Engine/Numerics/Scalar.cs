namespace Engine.Numerics;

/// <summary>Functions of single doubles with the same bits everywhere, which those of System.Math do not promise.</summary>
internal static class Scalar
{
    /// <summary>value to the power of exponent, at least 0, by squaring: the bits depend on the two numbers alone.</summary>
    public static double Power(double value, long exponent)
    {
        double result = 1;
        for (; exponent > 0; exponent >>= 1)
        {
            if ((exponent & 1) != 0)
                result *= value;
            value *= value;
        }

        return result;
    }
}
