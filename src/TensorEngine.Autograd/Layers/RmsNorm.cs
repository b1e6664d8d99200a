using TensorEngine.Autograd.Operations;
using TensorEngine.Generators;

namespace TensorEngine.Autograd.Layers;

/// <summary>Divides rows by their root mean square, as torch.nn.RMSNorm over the last dimension.</summary>
public sealed class RmsNorm : Layer
{
    private readonly double _epsilon;

    /// <summary>Adds <c>name.weight</c> [columns] to a store.</summary>
    /// <param name="store">The store; its layout must not be fixed yet.</param>
    /// <param name="name">The name, such as <c>norm1</c>.</param>
    /// <param name="columns">The length of the input's last dimension; at least 1.</param>
    /// <param name="epsilon">Added to mean squares; at least 0, by default the distance of 1 to the next float.</param>
    /// <inheritdoc cref="LayerNorm(ParameterStore, string, int, double, bool)"/>
    public RmsNorm(ParameterStore store, string name, int columns, double epsilon = 1.1920928955078125e-7)
        : base(store, name)
    {
        HyperParameter.NonNegative(epsilon, nameof(epsilon));
        _epsilon = epsilon;
        Weight = Add("weight", [columns]);
    }

    /// <summary>The factors, [columns].</summary>
    public Parameter Weight { get; }

    /// <summary>Normalizes; see <see cref="Functional.RmsNorm"/>.</summary>
    /// <param name="input">[..., columns].</param>
    /// <returns>The shape of <paramref name="input"/>.</returns>
    public Variable Apply(Variable input) => input.RmsNorm(input.Tape.Parameter(Weight), _epsilon);

    /// <inheritdoc/>
    public override void Initialize(Generator generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        Initializers.Initialize.Ones(Weight);
    }
}
