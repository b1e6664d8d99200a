namespace Samples.Shared.Charts;

/// <summary>The colours and strokes of the charts.</summary>
public static class Palette
{
    public const string Background = "#ffffff";
    public const string Text = "#222222";
    public const string Frame = "#666666";
    public const string Grid = "#e2e2e2";

    // Okabe and Ito's colours, which colour-blind readers can tell apart, less the yellow that is too pale on white.
    private static readonly string[] s_colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];

    private static readonly string?[] s_dashes = [null, "7 4", "2 3", "9 3 2 3"];

    /// <summary>The colour of series number <paramref name="index"/>; they come round after seven.</summary>
    public static string Colour(int index) => s_colours[index % s_colours.Length];

    /// <summary>The SVG dash pattern of series number <paramref name="index"/>, another for every seven; null is a solid line.</summary>
    public static string? Dash(int index) => s_dashes[index / s_colours.Length % s_dashes.Length];
}
