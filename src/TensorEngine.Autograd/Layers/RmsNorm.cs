using TensorEngine.Autograd.Operations;
using TensorEngine.Generators;

namespace TensorEngine.Autograd.Layers;

/// <summary>Divides rows by their root mean square, as torch.nn.RMSNorm over the last dimension.</summary>
public sealed class RmsNorm : Layer
{
    private readonly int _columns;
    private readonly double _epsilon;

    /// <summary>Adds <c>name.weight</c> [columns] to a store, if <paramref name="affine"/> is true.</summary>
    /// <param name="store">The store; its layout may not be fixed yet.</param>
    /// <param name="name">The name, such as <c>norm1</c>.</param>
    /// <param name="columns">The length of the input's last dimension; at least 1.</param>
    /// <param name="epsilon">Added to mean squares; at least 0, by default the distance from 1 to the next float.</param>
    /// <param name="affine">Whether to add a weight (elementwise_affine); true by default.</param>
    /// <inheritdoc cref="LayerNorm(ParameterStore, string, int, double, bool, bool)" path="/exception"/>
    public RmsNorm(ParameterStore store, string name, int columns, double epsilon = 1.1920928955078125e-7, bool affine = true)
        : base(store, name)
    {
        HyperParameter.NonNegative(epsilon, nameof(epsilon));
        _columns = Require.Positive(columns, nameof(columns));
        _epsilon = epsilon;
        Weight = affine ? Add("weight", [columns]) : null;
    }

    /// <summary>The factors, [columns], or null.</summary>
    public Parameter? Weight { get; }

    /// <summary>Normalizes; see <see cref="Functional.RmsNorm"/>.</summary>
    /// <param name="input">[..., columns].</param>
    /// <returns>The shape of <paramref name="input"/>.</returns>
    /// <exception cref="ArgumentException">The last dimension of <paramref name="input"/> has a different length.</exception>
    public Variable Apply(Variable input)
    {
        RequireLast("rms_norm", input, _columns);
        return input.RmsNorm(OnTape(input.Tape, Weight), _epsilon);
    }

    /// <inheritdoc/>
    public override void Initialize(Generator generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        if (Weight is not null)
            Initializers.Initialize.Ones(Weight);
    }
}
