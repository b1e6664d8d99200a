using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics;

/// <summary>
/// Computes gradients element by element, which overwrite the destination or are added to it: two loops, neither with a branch.
/// </summary>
internal static class GradientMap
{
    /// <summary>destination = function(left, right), or destination + function(left, right), the sum rounded once more.</summary>
    public static void Run<TFunction>(
        in TFunction function,
        ReadOnlySpan<float> left,
        ReadOnlySpan<float> right,
        Span<float> destination,
        bool accumulate,
        Workers? workers)
        where TFunction : struct, IBinaryFunction
    {
        if (accumulate)
            Map.Run(new Added<TFunction>(function), left, right, destination, destination, workers);
        else
            Map.Run(function, left, right, destination, workers);
    }

    private readonly struct Added<TFunction>(in TFunction function) : ITernaryFunction
        where TFunction : struct, IBinaryFunction
    {
        private readonly TFunction _function = function;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat first, TFloat second, TFloat third)
            where TFloat : struct, IFloatLane<TFloat> => third + _function.Apply(first, second);
    }
}
