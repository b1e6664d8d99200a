namespace Samples.Shared.Charts;

/// <summary>A colour as it is on a light and on a dark page.</summary>
/// <param name="Name">What the style sheet calls it.</param>
/// <param name="Light">On a light page.</param>
/// <param name="Dark">On a dark page.</param>
public sealed record Ink(string Name, string Light, string Dark);

/// <summary>The colours and strokes of the charts.</summary>
public static class Palette
{
    // Okabe and Ito's colours, which colour-blind readers can tell apart, less the yellow that is too pale on white.
    private static readonly Ink[] s_series =
    [
        new("blue", "#0072b2", "#2f9fe0"),
        new("vermilion", "#d55e00", "#f0792b"),
        new("green", "#009e73", "#1fbf92"),
        new("purple", "#cc79a7", "#d88fb8"),
        new("orange", "#e69f00", "#e69f00"),
        new("sky", "#56b4e9", "#8fd0f5"),
        new("black", "#000000", "#ffffff"),
    ];

    private static readonly string?[] s_dashes = [null, "7 4", "2 3", "9 3 2 3"];

    public static Ink Background { get; } = new("background", "#ffffff", "#15191e");

    public static Ink Text { get; } = new("text", "#222222", "#e4e6e8");

    public static Ink Frame { get; } = new("frame", "#666666", "#98a0a8");

    public static Ink Grid { get; } = new("grid", "#e2e2e2", "#333a42");

    /// <summary>What stands behind a curve: quieter than any series, clearer than the grid.</summary>
    public static Ink Quiet { get; } = new("quiet", "#a9b3bc", "#5b6670");

    /// <summary>What is right, as the first series; <see cref="Wrong"/> is what is not.</summary>
    public static Ink Right => s_series[0];

    /// <inheritdoc cref="Right"/>
    public static Ink Wrong => s_series[1];

    /// <summary>Turns the light colours, which stand in the elements, into the dark ones on a dark page.</summary>
    public static string StyleSheet { get; } = $"@media (prefers-color-scheme: dark) {{ {string.Join(' ', Rules())} }}";

    /// <summary>The colour of series number <paramref name="index"/>; they come round after seven.</summary>
    public static Ink Series(int index) => s_series[index % s_series.Length];

    /// <summary>The SVG dash pattern of series number <paramref name="index"/>, another for every seven; null is a solid line.</summary>
    public static string? Dash(int index) => s_dashes[index / s_series.Length % s_dashes.Length];

    private static IEnumerable<string> Rules() =>
        from ink in (Ink[])[Background, Text, Frame, Grid, Quiet, .. s_series]
        select $".fill-{ink.Name} {{ fill: {ink.Dark} }} .stroke-{ink.Name} {{ stroke: {ink.Dark} }}";
}
