using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics;

/// <summary>The terms of a sum, each computed from the elements at one index.</summary>
internal interface ITerms
{
    /// <summary>The terms at <paramref name="index"/> and those that follow, as many as there are lanes.</summary>
    TDouble At<TDouble>(nint index)
        where TDouble : struct, IDoubleLane<TDouble>;
}

internal readonly ref struct FloatTerms<TTerm>(ReadOnlySpan<float> values) : ITerms
    where TTerm : struct, ITerm
{
    private readonly ref float _values = ref MemoryMarshal.GetReference(values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TDouble At<TDouble>(nint index)
        where TDouble : struct, IDoubleLane<TDouble> => TTerm.Of(TDouble.LoadFloats(in _values, index));
}

internal readonly ref struct DoubleTerms<TTerm>(ReadOnlySpan<double> values) : ITerms
    where TTerm : struct, ITerm
{
    private readonly ref double _values = ref MemoryMarshal.GetReference(values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TDouble At<TDouble>(nint index)
        where TDouble : struct, IDoubleLane<TDouble> => TTerm.Of(TDouble.Load(in _values, index));
}

/// <summary>Of the differences from a center.</summary>
internal readonly ref struct CenteredFloats<TTerm>(ReadOnlySpan<float> values, double center) : ITerms
    where TTerm : struct, ITerm
{
    private readonly ref float _values = ref MemoryMarshal.GetReference(values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TDouble At<TDouble>(nint index)
        where TDouble : struct, IDoubleLane<TDouble> => TTerm.Of(TDouble.LoadFloats(in _values, index) - TDouble.Splat(center));
}

internal readonly ref struct CenteredDoubles<TTerm>(ReadOnlySpan<double> values, double center) : ITerms
    where TTerm : struct, ITerm
{
    private readonly ref double _values = ref MemoryMarshal.GetReference(values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TDouble At<TDouble>(nint index)
        where TDouble : struct, IDoubleLane<TDouble> => TTerm.Of(TDouble.Load(in _values, index) - TDouble.Splat(center));
}

/// <summary>Products of floats, which are exact.</summary>
internal readonly ref struct FloatProducts(ReadOnlySpan<float> left, ReadOnlySpan<float> right) : ITerms
{
    private readonly ref float _left = ref MemoryMarshal.GetReference(left);
    private readonly ref float _right = ref MemoryMarshal.GetReference(right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TDouble At<TDouble>(nint index)
        where TDouble : struct, IDoubleLane<TDouble> => TDouble.LoadFloats(in _left, index) * TDouble.LoadFloats(in _right, index);
}

/// <summary>Products of doubles, each rounded.</summary>
internal readonly ref struct DoubleProducts(ReadOnlySpan<double> left, ReadOnlySpan<double> right) : ITerms
{
    private readonly ref double _left = ref MemoryMarshal.GetReference(left);
    private readonly ref double _right = ref MemoryMarshal.GetReference(right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TDouble At<TDouble>(nint index)
        where TDouble : struct, IDoubleLane<TDouble> => TDouble.Load(in _left, index) * TDouble.Load(in _right, index);
}

/// <summary>Of the differences of two spans.</summary>
internal readonly ref struct Differences<TTerm>(ReadOnlySpan<float> left, ReadOnlySpan<float> right) : ITerms
    where TTerm : struct, ITerm
{
    private readonly ref float _left = ref MemoryMarshal.GetReference(left);
    private readonly ref float _right = ref MemoryMarshal.GetReference(right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TDouble At<TDouble>(nint index)
        where TDouble : struct, IDoubleLane<TDouble> =>
        TTerm.Of(TDouble.LoadFloats(in _left, index) - TDouble.LoadFloats(in _right, index));
}

/// <summary>Half the square of a difference up to a width, and beyond it the tangent of that.</summary>
internal readonly ref struct HuberTerms(ReadOnlySpan<float> left, ReadOnlySpan<float> right, double width) : ITerms
{
    private readonly ref float _left = ref MemoryMarshal.GetReference(left);
    private readonly ref float _right = ref MemoryMarshal.GetReference(right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TDouble At<TDouble>(nint index)
        where TDouble : struct, IDoubleLane<TDouble>
    {
        TDouble magnitude = TDouble.Abs(TDouble.LoadFloats(in _left, index) - TDouble.LoadFloats(in _right, index));
        TDouble within = TDouble.Min(magnitude, TDouble.Splat(width));
        return within * (magnitude - TDouble.Splat(0.5) * within);
    }
}

/// <summary>Of one span with the differences of another from a center.</summary>
internal readonly ref struct CenteredProducts(ReadOnlySpan<float> factors, ReadOnlySpan<float> values, double center) : ITerms
{
    private readonly ref float _factors = ref MemoryMarshal.GetReference(factors);
    private readonly ref float _values = ref MemoryMarshal.GetReference(values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TDouble At<TDouble>(nint index)
        where TDouble : struct, IDoubleLane<TDouble> =>
        TDouble.LoadFloats(in _factors, index) * (TDouble.LoadFloats(in _values, index) - TDouble.Splat(center));
}
