using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Checks;

/// <summary>
/// Checks whether your own elementwise function keeps the library's promises, and reports what fails: the same bits in every call, at
/// every width, length, alignment and number of threads, and 0 bytes allocated by a call.
/// <code>
/// FunctionCheck.OfUnary(new Softplus()).ThrowIfFailed();
/// </code>
/// </summary>
/// <remarks>
/// A check calls the function with its own elements, special values among them, and changes no global state. It does not measure how
/// accurate the function is: compare the results with an implementation in double for that.
/// </remarks>
public static class FunctionCheck
{
    /// <summary>Checks a function of one operand.</summary>
    /// <param name="function">The function with its constants.</param>
    /// <typeparam name="TFunction">The function.</typeparam>
    public static CheckReport OfUnary<TFunction>(TFunction function)
        where TFunction : struct, IUnaryFunction =>
        FunctionTrial.Run(typeof(TFunction).Name, new OfFirst<TFunction>(function));

    /// <summary>Checks a function of two operands.</summary>
    /// <inheritdoc cref="OfUnary"/>
    public static CheckReport OfBinary<TFunction>(TFunction function)
        where TFunction : struct, IBinaryFunction =>
        FunctionTrial.Run(typeof(TFunction).Name, new OfFirstTwo<TFunction>(function));

    /// <summary>Checks a function of three operands.</summary>
    /// <inheritdoc cref="OfUnary"/>
    public static CheckReport OfTernary<TFunction>(TFunction function)
        where TFunction : struct, ITernaryFunction =>
        FunctionTrial.Run(typeof(TFunction).Name, function);

    private readonly struct OfFirst<TFunction>(TFunction function) : ITernaryFunction
        where TFunction : struct, IUnaryFunction
    {
        private readonly TFunction _function = function;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat first, TFloat second, TFloat third)
            where TFloat : struct, IFloatLane<TFloat> => _function.Apply(first);
    }

    private readonly struct OfFirstTwo<TFunction>(TFunction function) : ITernaryFunction
        where TFunction : struct, IBinaryFunction
    {
        private readonly TFunction _function = function;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat first, TFloat second, TFloat third)
            where TFloat : struct, IFloatLane<TFloat> => _function.Apply(first, second);
    }
}
