using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TensorEngine.Lanes;

/// <summary>
/// Applies a function to every element of one to three spans, at the speed of a loop written by hand with the processor's widest
/// registers. Each result depends only on its own elements, so it has the same bits at every width, alignment, length and number of
/// threads, provided the function uses only the members of <see cref="IFloatLane{TSelf}"/> and functions over them
/// (<see cref="Numerics.Functions.Elementary"/>). The function determines what happens to NaN and infinities.
/// </summary>
/// <remarks>A call allocates nothing.</remarks>
public static class Map
{
    /// <summary>output[i] = function(input[i]).</summary>
    /// <param name="function">The function with its constants.</param>
    /// <param name="input">The input; may be empty.</param>
    /// <param name="output">As long as <paramref name="input"/>; may be the same memory, but may not overlap it otherwise.</param>
    /// <param name="workers">The threads that share long inputs, or null (the default) to use only the calling thread.</param>
    /// <exception cref="ArgumentException">
    /// <paramref name="output"/> and <paramref name="input"/> differ in length, or overlap without being the same.
    /// </exception>
    public static void Run<TFunction>(in TFunction function, ReadOnlySpan<float> input, Span<float> output, Workers? workers = null)
        where TFunction : struct, IUnaryFunction
    {
        Require.SameLength(output, input);
        Require.SameOrApart(output, input);
        ElementLoop.Run(new Unary<TFunction>(function, input, output), output.Length, workers);
    }

    /// <summary>output[i] = function(left[i], right[i]).</summary>
    /// <param name="function">The function with its constants.</param>
    /// <param name="left">The input; may be empty.</param>
    /// <param name="right">As long as <paramref name="left"/>; the two may overlap in any way.</param>
    /// <param name="output">
    /// As long as <paramref name="left"/>; may be the same memory as an operand, but may not overlap one otherwise.
    /// </param>
    /// <param name="workers">The threads that share long inputs, or null (the default) to use only the calling thread.</param>
    /// <exception cref="ArgumentException">
    /// The lengths differ, or <paramref name="output"/> overlaps an operand without being the same.
    /// </exception>
    public static void Run<TFunction>(
        in TFunction function, ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> output, Workers? workers = null)
        where TFunction : struct, IBinaryFunction
    {
        Require.SameLength(right, left);
        Require.SameLength(output, left);
        Require.SameOrApart(output, left);
        Require.SameOrApart(output, right);
        ElementLoop.Run(new Binary<TFunction>(function, left, right, output), output.Length, workers);
    }

    /// <summary>output[i] = function(first[i], second[i], third[i]).</summary>
    /// <param name="function">The function with its constants.</param>
    /// <param name="first">The input; may be empty.</param>
    /// <param name="second">As long as <paramref name="first"/>; operands may overlap each other in any way.</param>
    /// <param name="third">As long as <paramref name="first"/>.</param>
    /// <param name="output">
    /// As long as <paramref name="first"/>; may be the same memory as an operand, but may not overlap one otherwise.
    /// </param>
    /// <param name="workers">The threads that share long inputs, or null (the default) to use only the calling thread.</param>
    /// <exception cref="ArgumentException">
    /// The lengths differ, or <paramref name="output"/> overlaps an operand without being the same.
    /// </exception>
    public static void Run<TFunction>(
        in TFunction function,
        ReadOnlySpan<float> first,
        ReadOnlySpan<float> second,
        ReadOnlySpan<float> third,
        Span<float> output,
        Workers? workers = null)
        where TFunction : struct, ITernaryFunction
    {
        Require.SameLength(second, first);
        Require.SameLength(third, first);
        Require.SameLength(output, first);
        Require.SameOrApart(output, first);
        Require.SameOrApart(output, second);
        Require.SameOrApart(output, third);
        ElementLoop.Run(new Ternary<TFunction>(function, first, second, third, output), output.Length, workers);
    }

    internal readonly ref struct Unary<TFunction>(in TFunction function, ReadOnlySpan<float> input, Span<float> output) : IElementOperation
        where TFunction : struct, IUnaryFunction
    {
        private readonly TFunction _function = function;
        private readonly ref float _input = ref MemoryMarshal.GetReference(input);
        private readonly ref float _output = ref MemoryMarshal.GetReference(output);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TFloat>(nint index)
            where TFloat : struct, IFloatLane<TFloat> =>
            _function.Apply(TFloat.Load(ref _input, index)).Store(ref _output, index);
    }

    internal readonly ref struct Binary<TFunction>(
        in TFunction function, ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> output) : IElementOperation
        where TFunction : struct, IBinaryFunction
    {
        private readonly TFunction _function = function;
        private readonly ref float _left = ref MemoryMarshal.GetReference(left);
        private readonly ref float _right = ref MemoryMarshal.GetReference(right);
        private readonly ref float _output = ref MemoryMarshal.GetReference(output);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TFloat>(nint index)
            where TFloat : struct, IFloatLane<TFloat> =>
            _function.Apply(TFloat.Load(ref _left, index), TFloat.Load(ref _right, index)).Store(ref _output, index);
    }

    internal readonly ref struct Ternary<TFunction>(
        in TFunction function, ReadOnlySpan<float> first, ReadOnlySpan<float> second, ReadOnlySpan<float> third, Span<float> output)
        : IElementOperation
        where TFunction : struct, ITernaryFunction
    {
        private readonly TFunction _function = function;
        private readonly ref float _first = ref MemoryMarshal.GetReference(first);
        private readonly ref float _second = ref MemoryMarshal.GetReference(second);
        private readonly ref float _third = ref MemoryMarshal.GetReference(third);
        private readonly ref float _output = ref MemoryMarshal.GetReference(output);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TFloat>(nint index)
            where TFloat : struct, IFloatLane<TFloat> =>
            _function
                .Apply(TFloat.Load(ref _first, index), TFloat.Load(ref _second, index), TFloat.Load(ref _third, index))
                .Store(ref _output, index);
    }
}
