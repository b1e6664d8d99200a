using TensorEngine.Autograd.Operations;
using TensorEngine.Generators;

namespace TensorEngine.Autograd.Layers;

/// <summary>Normalizes rows, as torch.nn.LayerNorm over the last dimension.</summary>
public sealed class LayerNorm : Layer
{
    private readonly int _columns;
    private readonly double _epsilon;

    /// <summary>
    /// Adds <c>name.weight</c> and <c>name.bias</c>, both [columns], to a store, if <paramref name="affine"/> is true.
    /// </summary>
    /// <param name="store">The store; its layout may not be fixed yet.</param>
    /// <param name="name">The name, such as <c>norm1</c>.</param>
    /// <param name="columns">The length of the input's last dimension; at least 1.</param>
    /// <param name="epsilon">Added to variances; at least 0, 1e-5 by default.</param>
    /// <param name="bias">Whether to add a bias in addition to the weight; true by default.</param>
    /// <param name="affine">Whether there is a weight, and a bias (elementwise_affine); true by default.</param>
    /// <exception cref="ArgumentNullException"><paramref name="store"/> or <paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="ArgumentException">The store has a parameter of one of these names.</exception>
    /// <exception cref="InvalidOperationException">The store's layout is fixed.</exception>
    public LayerNorm(ParameterStore store, string name, int columns, double epsilon = 1e-5, bool bias = true, bool affine = true)
        : base(store, name)
    {
        HyperParameter.NonNegative(epsilon, nameof(epsilon));
        _columns = Require.Positive(columns, nameof(columns));
        _epsilon = epsilon;
        Weight = affine ? Add("weight", [columns]) : null;
        Bias = affine && bias ? Add("bias", [columns]) : null;
    }

    /// <summary>The factors, [columns], or null.</summary>
    public Parameter? Weight { get; }

    /// <summary>[columns], or null.</summary>
    public Parameter? Bias { get; }

    /// <summary>Normalizes; see <see cref="Functional.LayerNorm"/>.</summary>
    /// <param name="input">[..., columns].</param>
    /// <returns>The shape of <paramref name="input"/>.</returns>
    /// <exception cref="ArgumentException">The last dimension of <paramref name="input"/> has a different length.</exception>
    public Variable Apply(Variable input)
    {
        RequireLast("layer_norm", input, _columns);
        return input.LayerNorm(OnTape(input.Tape, Weight), OnTape(input.Tape, Bias), _epsilon);
    }

    /// <inheritdoc/>
    public override void Initialize(Generator generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        if (Weight is not null)
            Initializers.Initialize.Ones(Weight);
        if (Bias is not null)
            Initializers.Initialize.Zeros(Bias);
    }
}
