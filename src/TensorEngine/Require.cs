using System.Runtime.CompilerServices;

namespace TensorEngine;

/// <summary>The checks of arguments that several files share. Each message has the argument, its value and what is allowed.</summary>
internal static class Require
{
    /// <summary>A hyper-parameter that is narrowed to float: finite, also as a float, and not negative.</summary>
    public static double NonNegative(double value, [CallerMemberName] string name = "") =>
        value >= 0 && float.IsFinite((float)value)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be at least 0 and finite as a float.");

    public static double NonPositive(double value, [CallerMemberName] string name = "") =>
        value <= 0 && float.IsFinite((float)value)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be at most 0 and finite as a float.");

    public static double AtLeast(double least, double value, [CallerMemberName] string name = "") =>
        value >= least && float.IsFinite((float)value)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be at least {least} and finite as a float.");

    public static int AtLeast(int least, int value, [CallerMemberName] string name = "") =>
        value >= least
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be at least {least}.");

    public static int Between(int least, int most, int value, [CallerMemberName] string name = "") =>
        value >= least && value <= most
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be at least {least} and at most {most}.");

    /// <summary>A factor that says how much of an average is kept.</summary>
    public static double InUnitInterval(double value, [CallerMemberName] string name = "") =>
        value is >= 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be at least 0 and below 1.");

    /// <summary>As <see cref="InUnitInterval"/>, of which also something has to be kept.</summary>
    public static double InOpenUnitInterval(double value, [CallerMemberName] string name = "") =>
        value is > 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be above 0 and below 1.");

    public static double Finite(double value, [CallerMemberName] string name = "") =>
        float.IsFinite((float)value)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be finite as a float.");

    /// <summary>A hyper-parameter that must not be 0: a positive number that is finite as a float.</summary>
    public static double Positive(double value, [CallerMemberName] string name = "") =>
        value > 0 && float.IsFinite((float)value)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be above 0 and finite as a float.");

    public static long AtLeast(long least, long value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value >= least ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be at least {least}.");

    public static T NotNull<T>(T? value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : class => value ?? throw new ArgumentNullException(name);

    /// <summary>Parameters for an optimizer of matrices. What else may be wrong with them is for the optimizer to find.</summary>
    public static Parameter[] Matrices(
        IEnumerable<Parameter> parameters, string optimizer, [CallerArgumentExpression(nameof(parameters))] string name = "")
    {
        Parameter[] matrices = [.. NotNull(parameters, name)];
        foreach (Parameter parameter in matrices)
        {
            if (parameter is not null && parameter.Shape.Rank != 2)
            {
                throw new ArgumentException(
                    $"{name} has {parameter} of {parameter.Shape.Rank} dimensions; {optimizer} steps matrices only, of 2 dimensions.", name);
            }
        }

        return matrices;
    }

    public static void Step(long step)
    {
        if (step < 1)
            throw new ArgumentOutOfRangeException(nameof(step), step, $"step is {step}; the first step is 1.");
    }

    public static void SameLength(
        ReadOnlySpan<float> buffer,
        ReadOnlySpan<float> expected,
        [CallerArgumentExpression(nameof(buffer))] string name = "",
        [CallerArgumentExpression(nameof(expected))] string expectedName = "")
    {
        if (buffer.Length != expected.Length)
        {
            throw new ArgumentException(
                $"{name} has {buffer.Length} elements, {expectedName} has {expected.Length}; they must have the same length.", name);
        }
    }

    public static void Apart(
        ReadOnlySpan<float> buffer,
        ReadOnlySpan<float> other,
        [CallerArgumentExpression(nameof(buffer))] string name = "",
        [CallerArgumentExpression(nameof(other))] string otherName = "")
    {
        if (buffer.Overlaps(other))
            throw new ArgumentException($"{name} overlaps {otherName}; they must be different memory.", name);
    }

    public static void SameOrApart(
        ReadOnlySpan<float> buffer,
        ReadOnlySpan<float> other,
        [CallerArgumentExpression(nameof(buffer))] string name = "",
        [CallerArgumentExpression(nameof(other))] string otherName = "")
    {
        if (buffer.Overlaps(other, out int offset) && offset != 0)
        {
            throw new ArgumentException(
                $"{name} overlaps {otherName}, {Math.Abs(offset)} elements apart; they must be the same memory or different memory.", name);
        }
    }

    /// <summary>A matrix that is given row by row and a vector as long as its rows.</summary>
    public static void Rows(
        ReadOnlySpan<float> matrix, ReadOnlySpan<float> row, [CallerArgumentExpression(nameof(row))] string rowName = "")
    {
        if (row.IsEmpty || matrix.Length % row.Length != 0)
        {
            throw new ArgumentException(
                $"matrix has {matrix.Length} elements, {rowName} has {row.Length}; it must divide the matrix into whole rows.", rowName);
        }
    }
}
