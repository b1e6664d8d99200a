using TensorEngine.Lanes;

namespace TensorEngine.Numerics;

/// <summary>The term of a sum for an element.</summary>
internal interface ITerm
{
    static abstract TDouble Of<TDouble>(TDouble value)
        where TDouble : struct, IDoubleLane<TDouble>;
}

internal readonly struct Identity : ITerm
{
    public static TDouble Of<TDouble>(TDouble value)
        where TDouble : struct, IDoubleLane<TDouble> => value;
}

internal readonly struct Square : ITerm
{
    public static TDouble Of<TDouble>(TDouble value)
        where TDouble : struct, IDoubleLane<TDouble> => value * value;
}

internal readonly struct Magnitude : ITerm
{
    public static TDouble Of<TDouble>(TDouble value)
        where TDouble : struct, IDoubleLane<TDouble> => TDouble.Abs(value);
}
