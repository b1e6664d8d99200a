using System.Globalization;

namespace TensorEngine.Mutants;

/// <summary>One fault.</summary>
/// <param name="Number">What switches it on.</param>
/// <param name="Assembly">The assembly that it is in.</param>
/// <param name="File">The path below src.</param>
/// <param name="Line">The line, counted from 1.</param>
/// <param name="AtStart">Whether it is where static fields get their values, so that it must be on when the process begins.</param>
/// <param name="Before">The code.</param>
/// <param name="After">The fault in its place.</param>
internal sealed record DrawnMutant(int Number, string Assembly, string File, int Line, bool AtStart, string Before, string After)
{
    public static DrawnMutant Parse(string line)
    {
        string[] parts = line.Split('\t');
        return new(Int(parts[0]), parts[1], parts[2], Int(parts[3]), bool.Parse(parts[4]), parts[5], parts[6]);

        static int Int(string text) => int.Parse(text, CultureInfo.InvariantCulture);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Number}\t{Assembly}\t{File}\t{Line}\t{AtStart}\t{Before}\t{After}");
}
