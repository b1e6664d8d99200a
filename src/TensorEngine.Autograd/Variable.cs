using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace TensorEngine.Autograd;

/// <summary>
/// Values that a <see cref="Autograd.Tape"/> knows: data, a parameter, or the result of an operation. It is valid until the tape's next
/// <see cref="Tape.Reset"/>; whatever is asked of it afterwards, and of the default value, is refused.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public readonly struct Variable : IEquatable<Variable>
{
    internal Variable(Tape tape, int number, int generation) => (Owner, Number, Generation) = (tape, number, generation);

    /// <summary>The tape that the variable is of.</summary>
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

    /// <summary>The elements, row by row.</summary>
    /// <exception cref="InvalidOperationException">The variable is the default value or from before the tape's last reset.</exception>
    public ReadOnlySpan<float> Values => Tape.ValuesOf(in Tape.NodeOf(this));

    /// <summary>Whether a backward pass finds a gradient for it: whether it comes from a trainable parameter or an input.</summary>
    /// <exception cref="InvalidOperationException">The variable is the default value or from before the tape's last reset.</exception>
    public bool RequiresGradient => Tape.NodeOf(this).RequiresGradient;

    /// <summary>
    /// The gradient of the last backward pass, or the sum of several, with respect to the variable, row by row: of a
    /// <see cref="Tape.Input"/>, and of what <see cref="RetainGradient"/> was called for. A parameter's is in
    /// <see cref="Parameter.Gradients"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// There is none: no backward pass has come to the variable, or its gradient was not asked for; or the variable is the default value
    /// or from before the tape's last reset.
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
                : node.RetainsGradient ? "The variable has no gradient: no backward pass has come to it since the tape's last Reset."
                : "The variable's gradient is not kept; make it by Input, or call RetainGradient before the backward pass.");
        }
    }

    /// <summary>The tape, or null in the default value.</summary>
    internal Tape? Owner { get; }

    internal int Number { get; }

    internal int Generation { get; }

    /// <summary>Whether both are the same variable of the same tape, whatever their values are.</summary>
    public static bool operator ==(Variable left, Variable right) => left.Equals(right);

    /// <summary>Whether they are different variables, whatever their values are.</summary>
    public static bool operator !=(Variable left, Variable right) => !left.Equals(right);

    /// <summary>Keeps the gradient for <see cref="Gradient"/> in the backward passes to come, as torch.Tensor.retain_grad.</summary>
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
    /// The only element, as torch.Tensor.item; of a loss the double that the float is rounded from.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// There are several, or the variable is the default value or from before the tape's last reset.
    /// </exception>
    public double Item()
    {
        ref readonly Node node = ref Tape.NodeOf(this);
        if (node.Shape.ElementCount != 1)
            throw new InvalidOperationException($"The variable is {node.Shape}; Item is for one element. All are in Values.");
        return double.IsNaN(node.Scalar) ? Tape.ValuesOf(in node)[0] : node.Scalar;
    }

    /// <inheritdoc/>
    public bool Equals(Variable other) => Owner == other.Owner && Number == other.Number && Generation == other.Generation;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Variable other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Owner, Number, Generation);

    /// <summary>The number and the shape, as in <c>variable 3 [128, 10]</c>.</summary>
    public override string ToString() =>
        Owner is null ? "no variable"
        : Generation != Owner.Generation ? "a variable from before the last Reset"
        : $"variable {Number} {Shape}";

    [DoesNotReturn]
    internal static void ThrowDefault() => throw new InvalidOperationException(
        "A variable is the default value; variables come from a tape's Constant, Input and Parameter, and from operations.");
}
