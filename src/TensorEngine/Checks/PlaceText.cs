using System.Globalization;

namespace TensorEngine.Checks;

/// <summary>Formats, for messages, where something happened.</summary>
internal static class PlaceText
{
    /// <summary>Formats the width, and the alignment unless it is 64 bytes: "8 lanes, 3 floats behind a multiple of 64 bytes".</summary>
    public static string Of(int width, int place) =>
        place == 0 ? Count(width, "lane") : $"{Count(width, "lane")}, {Count(place, "float")} behind a multiple of 64 bytes";

    /// <summary>Formats a number with its noun: "1 lane", "8 lanes".</summary>
    public static string Count(int number, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {noun}{(number == 1 ? "" : "s")}");
}
