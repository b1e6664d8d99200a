using System.Globalization;

namespace TensorEngine.Minimization;

/// <summary>The text of a point.</summary>
internal static class PointText
{
    public static string Of(double[] point)
    {
        const int Shown = 8;
        string elements = string.Join(", ", point.Take(Shown).Select(element => element.ToString(CultureInfo.InvariantCulture)));
        return $"[{elements}{(point.Length > Shown ? ", ..." : "")}]";
    }
}
