namespace TensorEngine.Tests.Support;

/// <summary>The unit in which errors are stated, as Goldens/golden_files.py has it.</summary>
public static class Ulp
{
    /// <summary>The distance from the float nearest to <paramref name="scale"/>, at least 0, to the next larger float.</summary>
    public static double Of(double scale)
    {
        float nearest = (float)scale;
        return (double)MathF.BitIncrement(nearest) - nearest;
    }

    /// <summary>How far <paramref name="actual"/> is from <paramref name="truth"/>, in units of <paramref name="scale"/>.</summary>
    public static double Error(float actual, double truth, double scale) => Math.Abs(actual - truth) / Of(scale);
}
