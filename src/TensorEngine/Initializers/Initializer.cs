using TensorEngine.Generators;

namespace TensorEngine.Initializers;

/// <summary>
/// A method that sets a parameter's initial values, which you can store and pass around:
/// <c>Initializer he = (weight, generator) =&gt; Initialize.KaimingNormal(weight, generator);</c>
/// </summary>
/// <param name="parameter">The parameter to fill.</param>
/// <param name="generator">The source of the random numbers.</param>
public delegate void Initializer(Parameter parameter, Generator generator);
