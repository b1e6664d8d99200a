namespace TensorEngine.Tests.Numerics;

/// <summary>An activation and its gradient, beside double arithmetic.</summary>
/// <param name="Name">Of the method of <see cref="TensorEngine.Numerics.Activations.Activation"/>, for its documentation.</param>
public sealed record ActivationCase(string Name)
{
    public delegate void UnaryFunction(ReadOnlySpan<float> input, Span<float> output, Workers? workers = null);

    /// <summary>A gradient of what the function gave or was given.</summary>
    public delegate void GradientFunction(
        ReadOnlySpan<float> saved, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, bool accumulate = false, Workers? workers = null);

    /// <summary>What PyTorch's recording calls it.</summary>
    public required string Recorded { get; init; }

    public required UnaryFunction Function { get; init; }

    public required Func<double, double> Exact { get; init; }

    /// <summary>The documented error, in ULP of the exact value; 0 if the result is exact.</summary>
    public double Bound { get; init; }

    public required GradientFunction Gradient { get; init; }

    /// <summary>Whether the gradient is made of the output instead of the input.</summary>
    public bool OfOutput { get; init; }

    /// <summary>The derivative at an input, or at an output.</summary>
    public required Func<double, double> Derivative { get; init; }

    /// <summary>The size that the gradient's error is measured by, beside the output's gradient; by default the derivative.</summary>
    public Func<double, double>? DerivativeSize { get; init; }

    public double GradientBound { get; init; }

    /// <summary>Below it the documented error is in ULP of this size instead of the result's.</summary>
    public double Smallest { get; init; }

    /// <summary>By how much the documented error is larger at an input.</summary>
    public Func<double, double> Condition { get; init; } = _ => 0;

    public override string ToString() => Recorded;
}
