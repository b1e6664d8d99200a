using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TensorEngine;

/// <summary>Argument checks that several files share. Each message names the argument, its value and what is allowed.</summary>
internal static class Require
{
    public static int AtLeast(int least, int value, string name) =>
        value >= least
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be at least {least}.");

    public static int Between(int least, int most, int value, string name) =>
        value >= least && value <= most
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be at least {least} and at most {most}.");

    public static long AtLeast(long least, long value, string name)
    {
        if (value < least)
            ThrowLess(least, value, name);
        return value;
    }

    public static T NotNull<T>(T? value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : class => value ?? throw new ArgumentNullException(name);

    /// <summary>Requires text that UTF-8 can represent: not null, and without unpaired surrogates.</summary>
    public static string WellFormed(string? value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(value, name);
        int wrong = LoneSurrogate(value);
        return wrong < 0
            ? value
            : throw new ArgumentException(
                $"{name} has an unpaired surrogate at {wrong}; it must be well-formed Unicode.", name);
    }

    /// <summary>Returns the index of an unpaired surrogate in a text; -1 if it is well-formed.</summary>
    public static int LoneSurrogate(ReadOnlySpan<char> text)
    {
        int at = 0;
        while (text[at..].IndexOfAnyInRange('\uD800', '\uDFFF') is >= 0 and int next)
        {
            at += next;
            if (at + 1 == text.Length || !char.IsSurrogatePair(text[at], text[at + 1]))
                return at;
            at += 2;
        }

        return -1;
    }

    /// <summary>Requires a buffer with as many elements as a shape.</summary>
    public static void SameCount(int length, Shape shape, string name)
    {
        if (length != shape.ElementCount)
        {
            throw new ArgumentException(
                $"{name} has {length} elements, shape {shape} has {shape.ElementCount}; they must have the same number.", name);
        }
    }

    /// <summary>Requires parameters for an optimizer of matrices. The optimizer checks everything else.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="optimizer">The optimizer that will step them.</param>
    /// <param name="mostDimensions">2, or more if the optimizer treats all dimensions after the first as one row.</param>
    /// <param name="name">The name of the argument.</param>
    public static IReadOnlyList<Parameter> Matrices(
        IEnumerable<Parameter> parameters,
        string optimizer,
        int mostDimensions = 2,
        [CallerArgumentExpression(nameof(parameters))] string name = "")
    {
        Parameter[] matrices = [.. NotNull(parameters, name)];
        foreach (Parameter parameter in matrices)
        {
            if (parameter is not null && (parameter.Shape.Rank < 2 || parameter.Shape.Rank > mostDimensions))
            {
                throw new ArgumentException(
                    $"{name} has {parameter} of {parameter.Shape.Rank} dimensions; {optimizer} steps matrices only, "
                    + (mostDimensions == 2 ? "of 2 dimensions." : "of 2 dimensions or more."), name);
            }
        }

        // What can be walked again is handed on as it is: it may be more than its parameters.
        return parameters as IReadOnlyList<Parameter> ?? matrices;
    }

    public static void Step(long step)
    {
        if (step < 1)
            ThrowStep(step);
    }

    public static void SameLength(
        ReadOnlySpan<float> buffer,
        ReadOnlySpan<float> expected,
        [CallerArgumentExpression(nameof(buffer))] string name = "",
        [CallerArgumentExpression(nameof(expected))] string expectedName = "")
    {
        if (buffer.Length != expected.Length)
            ThrowLengths(buffer.Length, name, expected.Length, expectedName);
    }

    public static void SameLength(int length, int expected, string name, string expectedName)
    {
        if (length != expected)
            ThrowLengths(length, name, expected, expectedName);
    }

    /// <summary>Requires that floats and numbers of 16 bits share no memory.</summary>
    public static void Apart(ReadOnlySpan<ushort> halves, ReadOnlySpan<float> floats, string name, string otherName)
    {
        if (MemoryMarshal.AsBytes(halves).Overlaps(MemoryMarshal.AsBytes(floats)))
            ThrowOverlap(name, otherName);
    }

    public static void Apart(
        ReadOnlySpan<float> buffer,
        ReadOnlySpan<float> other,
        [CallerArgumentExpression(nameof(buffer))] string name = "",
        [CallerArgumentExpression(nameof(other))] string otherName = "")
    {
        if (buffer.Overlaps(other))
            ThrowOverlap(name, otherName);
    }

    public static void SameOrApart(
        ReadOnlySpan<float> buffer,
        ReadOnlySpan<float> other,
        [CallerArgumentExpression(nameof(buffer))] string name = "",
        [CallerArgumentExpression(nameof(other))] string otherName = "")
    {
        if (buffer.Overlaps(other, out int offset) && offset != 0)
            ThrowOverlap(name, otherName, offset);
    }

    // The texts are made apart from the checks, which the compiler then puts into their callers.
    [DoesNotReturn]
    private static void ThrowStep(long step) =>
        throw new ArgumentOutOfRangeException(nameof(step), step, $"step is {step}; the first step is 1.");

    [DoesNotReturn]
    private static void ThrowLess(long least, long value, string name) =>
        throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be at least {least}.");

    [DoesNotReturn]
    private static void ThrowLengths(int length, string name, int expected, string expectedName) =>
        throw new ArgumentException($"{name} has {length} elements, {expectedName} has {expected}; they must have the same length.", name);

    [DoesNotReturn]
    private static void ThrowOverlap(string name, string otherName) =>
        throw new ArgumentException($"{name} overlaps {otherName}; they must not share memory.", name);

    [DoesNotReturn]
    private static void ThrowOverlap(string name, string otherName, int offset) =>
        throw new ArgumentException(
            $"{name} overlaps {otherName}, {Math.Abs(offset)} elements apart; they must be the same memory or different memory.", name);
}
