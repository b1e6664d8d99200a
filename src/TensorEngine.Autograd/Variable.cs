using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace TensorEngine.Autograd;

/// <summary>
/// A value on a <see cref="Autograd.Tape"/>: data, a parameter, or the result of an operation. It is valid until the tape's next
/// <see cref="Tape.Reset"/>; using it afterward, or using the default value, throws.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public readonly struct Variable : IEquatable<Variable>
{
    internal Variable(Tape tape, int number, int generation) => (Owner, Number, Generation) = (tape, number, generation);

    /// <summary>The tape of the variable.</summary>
    /// <exception cref="InvalidOperationException">The variable is the default value.</exception>
    public Tape Tape
    {
        get
        {
            if (Owner is null)
                ThrowDefault();
            return Owner;
        }
    }

    /// <summary>The lengths of the dimensions, outermost first.</summary>
    /// <exception cref="InvalidOperationException">The variable is the default value or from before the tape's last reset.</exception>
    public Shape Shape => Tape.NodeOf(this).Shape;

    /// <summary>The elements, in row-major order.</summary>
    /// <exception cref="InvalidOperationException">The variable is the default value or from before the tape's last reset.</exception>
    public ReadOnlySpan<float> Values => Tape.ValuesOf(in Tape.NodeOf(this));

    /// <summary>
    /// Whether a backward pass computes a gradient for the variable: whether it depends on a trainable parameter or an input.
    /// </summary>
    /// <exception cref="InvalidOperationException">The variable is the default value or from before the tape's last reset.</exception>
    public bool RequiresGradient => Tape.NodeOf(this).RequiresGradient;

    /// <summary>
    /// The gradient of the last backward pass, or the sum of several, with respect to the variable, in row-major order. It exists for a
    /// <see cref="Tape.Input"/>, and for variables on which <see cref="RetainGradient"/> was called. A parameter's gradient is in
    /// <see cref="Parameter.Gradients"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// There is no gradient, because no backward pass has reached the variable or its gradient was not requested; or the variable is the
    /// default value or from before the tape's last reset.
    /// </exception>
    public ReadOnlySpan<float> Gradient
    {
        get
        {
            ref readonly Node node = ref Tape.NodeOf(this);
            if (!node.RetainedGradient.IsNone)
                return Tape.GradientOf(node.RetainedGradient);
            throw new InvalidOperationException(
                node.Parameter is { } parameter ? $"The gradient of the parameter {parameter} is in its Gradients."
                : node.RetainsGradient ? "The variable has no gradient: no backward pass has reached it since the tape's last Reset."
                : "The variable's gradient is not kept; create it with Input, or call RetainGradient before the backward pass.");
        }
    }

    /// <summary>The tape, or null in the default value.</summary>
    internal Tape? Owner { get; }

    internal int Number { get; }

    internal int Generation { get; }

    /// <summary>Whether both are the same variable of the same tape, regardless of their values.</summary>
    public static bool operator ==(Variable left, Variable right) => left.Equals(right);

    /// <summary>Whether they are different variables, regardless of their values.</summary>
    public static bool operator !=(Variable left, Variable right) => !left.Equals(right);

    /// <summary>Keeps the gradient of later backward passes for <see cref="Gradient"/>, as torch.Tensor.retain_grad.</summary>
    /// <returns>The variable.</returns>
    /// <exception cref="InvalidOperationException">
    /// The variable needs no gradient or is a parameter, is the default value or from before the tape's last reset.
    /// </exception>
    public Variable RetainGradient()
    {
        ref Node node = ref Tape.NodeOf(this);
        if (node.Parameter is { } parameter)
            throw new InvalidOperationException($"The gradient of the parameter {parameter} is in its Gradients.");
        if (!node.RequiresGradient)
        {
            throw new InvalidOperationException(
                "The variable needs no gradient: it comes from no trainable parameter and no Input, or was not recorded.");
        }

        node.RetainsGradient = true;
        return this;
    }

    /// <summary>
    /// Returns the only element, as torch.Tensor.item; for a loss, the double from which the float was rounded.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// There are several elements, or the variable is the default value or from before the tape's last reset.
    /// </exception>
    public double Item()
    {
        ref readonly Node node = ref Tape.NodeOf(this);
        if (node.Shape.ElementCount != 1)
            throw new InvalidOperationException($"The variable is {node.Shape}; Item requires one element. All elements are in Values.");
        return double.IsNaN(node.Scalar) ? Tape.ValuesOf(in node)[0] : node.Scalar;
    }

    /// <inheritdoc/>
    public bool Equals(Variable other) => Owner == other.Owner && Number == other.Number && Generation == other.Generation;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Variable other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Owner, Number, Generation);

    /// <summary>Returns the number and the shape, such as <c>variable 3 [128, 10]</c>.</summary>
    public override string ToString() =>
        Owner is null ? "no variable"
        : Generation != Owner.Generation ? "a variable from before the last Reset"
        : $"variable {Number} {Shape}";

    [DoesNotReturn]
    internal static void ThrowDefault() => throw new InvalidOperationException(
        "A variable is the default value; variables come from a tape's Constant, Input and Parameter, and from operations.");
}
