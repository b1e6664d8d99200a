using TensorEngine.Generators;

namespace TensorEngine.Initializers;

/// <summary>
/// A way to draw a parameter's initial values, as a value that can be kept and passed on:
/// <c>Initializer he = (weight, generator) =&gt; Initialize.KaimingNormal(weight, generator);</c>
/// </summary>
/// <param name="parameter">The parameter to fill.</param>
/// <param name="generator">The source of the random numbers.</param>
public delegate void Initializer(Parameter parameter, Generator generator);
