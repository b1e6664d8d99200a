namespace TensorEngine.Minimization;

/// <summary>A step along a direction, with the value and the slope at that point.</summary>
internal readonly record struct StepPoint(double Step, double Value, double Slope);

/// <summary>The cubic polynomial through two values and slopes.</summary>
internal static class Cubic
{
    /// <summary>Returns the minimum of the cubic between two bounds; their midpoint if it has none.</summary>
    public static double Minimum(StepPoint one, StepPoint other, double least, double most)
    {
        (StepPoint first, StepPoint second) = one.Step <= other.Step ? (one, other) : (other, one);
        double d1 = first.Slope + second.Slope - 3 * (first.Value - second.Value) / (first.Step - second.Step);
        double square = d1 * d1 - first.Slope * second.Slope;
        double d2 = Math.Sqrt(square);
        double minimum = second.Step
            - (second.Step - first.Step) * ((second.Slope + d2 - d1) / (second.Slope - first.Slope + 2 * d2));
        return double.IsNaN(minimum) ? (least + most) / 2 : Math.Min(Math.Max(minimum, least), most);
    }
}
