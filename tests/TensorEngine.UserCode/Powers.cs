namespace TensorEngine.UserCode;

/// <summary>Whole powers by squaring, which have the same bits everywhere; those of System.Math need not.</summary>
internal static class Powers
{
    public static double Of(double value, long exponent)
    {
        double power = 1;
        for (; exponent > 0; exponent >>= 1)
        {
            if ((exponent & 1) != 0)
                power *= value;
            value *= value;
        }

        return power;
    }
}
