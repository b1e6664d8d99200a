using TensorEngine.Autograd.Operations;
using TensorEngine.Generators;

namespace TensorEngine.Autograd.Layers;

/// <summary>input · weightᵀ + bias, as torch.nn.Linear.</summary>
public sealed class Linear : Layer
{
    /// <summary>Adds <c>name.weight</c> [outputs, inputs] and <c>name.bias</c> [outputs] to a store.</summary>
    /// <param name="store">The store; its layout may not be fixed yet.</param>
    /// <param name="name">The name, such as <c>fc1</c>.</param>
    /// <param name="inputs">The length of the input's last dimension; at least 1.</param>
    /// <param name="outputs">The length of the output's last dimension; at least 1.</param>
    /// <param name="bias">Whether to add a bias; true by default.</param>
    /// <exception cref="ArgumentNullException"><paramref name="store"/> or <paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A length is below 1.</exception>
    /// <exception cref="ArgumentException">The store has a parameter of one of these names.</exception>
    /// <exception cref="InvalidOperationException">The store's layout is fixed.</exception>
    public Linear(ParameterStore store, string name, int inputs, int outputs, bool bias = true)
        : base(store, name)
    {
        Weight = Add("weight", [outputs, inputs]);
        Bias = bias ? Add("bias", [outputs]) : null;
    }

    /// <summary>[outputs, inputs].</summary>
    public Parameter Weight { get; }

    /// <summary>[outputs], or null.</summary>
    public Parameter? Bias { get; }

    /// <summary>The length of the input's last dimension.</summary>
    public int Inputs => Weight.Shape[1];

    /// <summary>The length of the output's last dimension.</summary>
    public int Outputs => Weight.Shape[0];

    /// <summary>Computes the output; see <see cref="Functional.Linear"/>.</summary>
    /// <param name="input">[..., inputs].</param>
    /// <returns>[..., outputs].</returns>
    public Variable Apply(Variable input) => input.Linear(
        input.Tape.Parameter(Weight), Bias is null ? null : input.Tape.Parameter(Bias));

    /// <inheritdoc/>
    public override void Initialize(Generator generator) => Initializers.Initialize.Linear(Weight, generator, Bias);
}
