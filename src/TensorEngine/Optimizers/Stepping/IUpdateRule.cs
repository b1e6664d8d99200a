using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// An optimizer's update of one register of elements: a small readonly struct of the step's constants, which its constructor narrows from
/// double once. One loop runs every rule at every width; the tail of a span uses the same rule at one lane, so the bits depend neither on
/// the width nor on the position of an element.
/// </summary>
/// <remarks>
/// <para>Implement one of <see cref="IUpdateRule0{TSelf}"/> to <see cref="IUpdateRule4{TSelf}"/>, by the number of state buffers, and
/// mark the method with <see cref="MethodImplOptions.AggressiveInlining"/>. Implement this interface itself only to wrap another
/// rule, whose <see cref="Apply"/> you call. <see cref="Checks.RuleCheck"/> tests whether a rule keeps the library's promises.</para>
/// <para>The gradient is already scaled, clipped and signed for descent, and includes coupled weight decay; decoupled decay has been
/// applied to the value.</para>
/// </remarks>
/// <typeparam name="TSelf">The rule itself.</typeparam>
public interface IUpdateRule<TSelf>
    where TSelf : struct, IUpdateRule<TSelf>
{
    /// <summary>The number of state buffers that the rule reads and writes: 0 to 4.</summary>
    static abstract int StateCount { get; }

    /// <summary>Updates one register. State beyond <see cref="StateCount"/> is neither read nor written.</summary>
    /// <param name="rule">The constants.</param>
    /// <param name="value">The values p; updated.</param>
    /// <param name="gradient">The gradients g.</param>
    /// <param name="state0">The first state; updated.</param>
    /// <param name="state1">The second state; updated.</param>
    /// <param name="state2">The third state; updated.</param>
    /// <param name="state3">The fourth state; updated.</param>
    /// <typeparam name="TFloat">The register.</typeparam>
    static abstract void Apply<TFloat>(
        in TSelf rule, ref TFloat value, TFloat gradient, ref TFloat state0, ref TFloat state1, ref TFloat state2, ref TFloat state3)
        where TFloat : struct, IFloatLane<TFloat>;
}

/// <summary>A rule without state, such as plain gradient descent.</summary>
/// <typeparam name="TSelf">The rule itself.</typeparam>
public interface IUpdateRule0<TSelf> : IUpdateRule<TSelf>
    where TSelf : struct, IUpdateRule0<TSelf>
{
    /// <inheritdoc/>
    static int IUpdateRule<TSelf>.StateCount => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void IUpdateRule<TSelf>.Apply<TFloat>(
        in TSelf rule, ref TFloat value, TFloat gradient, ref TFloat state0, ref TFloat state1, ref TFloat state2, ref TFloat state3) =>
        rule.Update(ref value, gradient);

    /// <summary>Updates one register.</summary>
    /// <param name="value">The values p; updated.</param>
    /// <param name="gradient">The gradients g.</param>
    /// <typeparam name="TFloat">The register.</typeparam>
    void Update<TFloat>(ref TFloat value, TFloat gradient)
        where TFloat : struct, IFloatLane<TFloat>;
}

/// <summary>A rule with one state buffer, such as momentum.</summary>
/// <typeparam name="TSelf">The rule itself.</typeparam>
public interface IUpdateRule1<TSelf> : IUpdateRule<TSelf>
    where TSelf : struct, IUpdateRule1<TSelf>
{
    /// <inheritdoc/>
    static int IUpdateRule<TSelf>.StateCount => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void IUpdateRule<TSelf>.Apply<TFloat>(
        in TSelf rule, ref TFloat value, TFloat gradient, ref TFloat state0, ref TFloat state1, ref TFloat state2, ref TFloat state3) =>
        rule.Update(ref value, gradient, ref state0);

    /// <summary>Updates one register.</summary>
    /// <param name="value">The values p; updated.</param>
    /// <param name="gradient">The gradients g.</param>
    /// <param name="state">The state; updated.</param>
    /// <typeparam name="TFloat">The register.</typeparam>
    void Update<TFloat>(ref TFloat value, TFloat gradient, ref TFloat state)
        where TFloat : struct, IFloatLane<TFloat>;
}

/// <summary>A rule with two state buffers, such as Adam.</summary>
/// <typeparam name="TSelf">The rule itself.</typeparam>
public interface IUpdateRule2<TSelf> : IUpdateRule<TSelf>
    where TSelf : struct, IUpdateRule2<TSelf>
{
    /// <inheritdoc/>
    static int IUpdateRule<TSelf>.StateCount => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void IUpdateRule<TSelf>.Apply<TFloat>(
        in TSelf rule, ref TFloat value, TFloat gradient, ref TFloat state0, ref TFloat state1, ref TFloat state2, ref TFloat state3) =>
        rule.Update(ref value, gradient, ref state0, ref state1);

    /// <summary>Updates one register.</summary>
    /// <param name="value">The values p; updated.</param>
    /// <param name="gradient">The gradients g.</param>
    /// <param name="state0">The first state; updated.</param>
    /// <param name="state1">The second state; updated.</param>
    /// <typeparam name="TFloat">The register.</typeparam>
    void Update<TFloat>(ref TFloat value, TFloat gradient, ref TFloat state0, ref TFloat state1)
        where TFloat : struct, IFloatLane<TFloat>;
}

/// <summary>A rule with three state buffers, such as Adam with AMSGrad.</summary>
/// <typeparam name="TSelf">The rule itself.</typeparam>
public interface IUpdateRule3<TSelf> : IUpdateRule<TSelf>
    where TSelf : struct, IUpdateRule3<TSelf>
{
    /// <inheritdoc/>
    static int IUpdateRule<TSelf>.StateCount => 3;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void IUpdateRule<TSelf>.Apply<TFloat>(
        in TSelf rule, ref TFloat value, TFloat gradient, ref TFloat state0, ref TFloat state1, ref TFloat state2, ref TFloat state3) =>
        rule.Update(ref value, gradient, ref state0, ref state1, ref state2);

    /// <summary>Updates one register.</summary>
    /// <param name="value">The values p; updated.</param>
    /// <param name="gradient">The gradients g.</param>
    /// <param name="state0">The first state; updated.</param>
    /// <param name="state1">The second state; updated.</param>
    /// <param name="state2">The third state; updated.</param>
    /// <typeparam name="TFloat">The register.</typeparam>
    void Update<TFloat>(ref TFloat value, TFloat gradient, ref TFloat state0, ref TFloat state1, ref TFloat state2)
        where TFloat : struct, IFloatLane<TFloat>;
}

/// <summary>A rule with four state buffers, such as Adan.</summary>
/// <typeparam name="TSelf">The rule itself.</typeparam>
public interface IUpdateRule4<TSelf> : IUpdateRule<TSelf>
    where TSelf : struct, IUpdateRule4<TSelf>
{
    /// <inheritdoc/>
    static int IUpdateRule<TSelf>.StateCount => 4;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void IUpdateRule<TSelf>.Apply<TFloat>(
        in TSelf rule, ref TFloat value, TFloat gradient, ref TFloat state0, ref TFloat state1, ref TFloat state2, ref TFloat state3) =>
        rule.Update(ref value, gradient, ref state0, ref state1, ref state2, ref state3);

    /// <summary>Updates one register.</summary>
    /// <param name="value">The values p; updated.</param>
    /// <param name="gradient">The gradients g.</param>
    /// <param name="state0">The first state; updated.</param>
    /// <param name="state1">The second state; updated.</param>
    /// <param name="state2">The third state; updated.</param>
    /// <param name="state3">The fourth state; updated.</param>
    /// <typeparam name="TFloat">The register.</typeparam>
    void Update<TFloat>(
        ref TFloat value, TFloat gradient, ref TFloat state0, ref TFloat state1, ref TFloat state2, ref TFloat state3)
        where TFloat : struct, IFloatLane<TFloat>;
}
