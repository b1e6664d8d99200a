using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TensorEngine.Lanes;

/// <summary>A function of one float, written over lanes.</summary>
internal interface IUnaryFunction
{
    static abstract TFloat Apply<TFloat>(TFloat value)
        where TFloat : struct, IFloatLane<TFloat>;
}

/// <summary>A function of two floats, written over lanes; its fields are the function's constants.</summary>
internal interface IBinaryFunction
{
    TFloat Apply<TFloat>(TFloat left, TFloat right)
        where TFloat : struct, IFloatLane<TFloat>;
}

/// <summary>Runs a function over spans of equal length; the target may be an operand itself, but not overlap it otherwise.</summary>
internal static class ElementLoop
{
    public static void Run<TFunction>(ReadOnlySpan<float> source, Span<float> target)
        where TFunction : struct, IUnaryFunction
    {
        var kernel = new UnaryKernel<TFunction>(source, target);
        LaneDispatch.Float(ref kernel);
    }

    public static void Run<TFunction>(in TFunction function, ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> target)
        where TFunction : struct, IBinaryFunction
    {
        var kernel = new BinaryKernel<TFunction>(function, left, right, target);
        LaneDispatch.Float(ref kernel);
    }

    private readonly ref struct UnaryKernel<TFunction>(ReadOnlySpan<float> source, Span<float> target) : IFloatKernel
        where TFunction : struct, IUnaryFunction
    {
        private readonly ReadOnlySpan<float> _source = source;
        private readonly Span<float> _target = target;

        public void Run<TFloat>()
            where TFloat : struct, IFloatLane<TFloat> =>
            Run<TFloat>(ref MemoryMarshal.GetReference(_source), ref MemoryMarshal.GetReference(_target), _target.Length);

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Run<TFloat>(ref float source, ref float target, nint length)
            where TFloat : struct, IFloatLane<TFloat>
        {
            nint i = 0;
            for (; i <= length - TFloat.Width; i += TFloat.Width)
                TFunction.Apply(TFloat.Load(ref source, i)).Store(ref target, i);
            for (; i < length; i++)
                TFunction.Apply(FloatLane1.Load(ref source, i)).Store(ref target, i);
        }
    }

    private readonly ref struct BinaryKernel<TFunction>(
        in TFunction function, ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> target) : IFloatKernel
        where TFunction : struct, IBinaryFunction
    {
        private readonly TFunction _function = function;
        private readonly ReadOnlySpan<float> _left = left;
        private readonly ReadOnlySpan<float> _right = right;
        private readonly Span<float> _target = target;

        public void Run<TFloat>()
            where TFloat : struct, IFloatLane<TFloat> =>
            Run<TFloat>(
                _function,
                ref MemoryMarshal.GetReference(_left),
                ref MemoryMarshal.GetReference(_right),
                ref MemoryMarshal.GetReference(_target),
                _target.Length);

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Run<TFloat>(TFunction function, ref float left, ref float right, ref float target, nint length)
            where TFloat : struct, IFloatLane<TFloat>
        {
            nint i = 0;
            for (; i <= length - TFloat.Width; i += TFloat.Width)
                function.Apply(TFloat.Load(ref left, i), TFloat.Load(ref right, i)).Store(ref target, i);
            for (; i < length; i++)
                function.Apply(FloatLane1.Load(ref left, i), FloatLane1.Load(ref right, i)).Store(ref target, i);
        }
    }
}
