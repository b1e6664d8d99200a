using TensorEngine.Autograd.Operations;
using TensorEngine.Generators;

namespace TensorEngine.Autograd.Layers;

/// <summary>
/// Normalizes channels over the batch, as torch.nn.BatchNorm1d and BatchNorm2d. The running statistics are parameters of the store that are
/// not trainable: they are saved and loaded with the others, but not stepped.
/// </summary>
public sealed class BatchNorm : Layer
{
    private readonly double _momentum;
    private readonly double _epsilon;

    /// <summary>
    /// Adds <c>name.weight</c>, <c>name.bias</c> (if <paramref name="affine"/> is true), <c>name.running_mean</c>, <c>name.running_var</c>,
    /// all [channels], and <c>name.num_batches_tracked</c> [] to a store.
    /// </summary>
    /// <param name="store">The store; its layout may not be fixed yet.</param>
    /// <param name="name">The name, such as <c>bn1</c>.</param>
    /// <param name="channels">The length of the input's second dimension; at least 1.</param>
    /// <param name="momentum">The weight of the batch in the running statistics, from 0 to 1; 0.1 by default.</param>
    /// <param name="epsilon">Added to variances; at least 0, 1e-5 by default.</param>
    /// <param name="affine">Whether to add a weight and a bias; true by default.</param>
    /// <exception cref="ArgumentNullException"><paramref name="store"/> or <paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    /// <exception cref="ArgumentException">The store has a parameter of one of these names.</exception>
    /// <exception cref="InvalidOperationException">The store's layout is fixed.</exception>
    public BatchNorm(
        ParameterStore store, string name, int channels, double momentum = 0.1, double epsilon = 1e-5, bool affine = true)
        : base(store, name)
    {
        HyperParameter.InClosedUnitInterval(momentum, nameof(momentum));
        HyperParameter.NonNegative(epsilon, nameof(epsilon));
        _momentum = momentum;
        _epsilon = epsilon;
        Weight = affine ? Add("weight", [channels]) : null;
        Bias = affine ? Add("bias", [channels]) : null;
        RunningMean = AddBuffer("running_mean", [channels]);
        RunningVariance = AddBuffer("running_var", [channels]);
        BatchesTracked = AddBuffer("num_batches_tracked", []);
    }

    /// <summary>The factors, [channels], or null.</summary>
    public Parameter? Weight { get; }

    /// <summary>[channels], or null.</summary>
    public Parameter? Bias { get; }

    /// <summary>[channels], not trainable.</summary>
    public Parameter RunningMean { get; }

    /// <summary>[channels], not trainable.</summary>
    public Parameter RunningVariance { get; }

    /// <summary>The number of batches in the running statistics; one element, not trainable.</summary>
    public Parameter BatchesTracked { get; }

    /// <summary>
    /// Normalizes with the batch's statistics if the tape is in training mode, and with the running ones otherwise; see
    /// <see cref="Functional.BatchNorm"/>.
    /// </summary>
    /// <param name="input">[rows, channels, ...].</param>
    /// <returns>The shape of <paramref name="input"/>.</returns>
    public Variable Apply(Variable input)
    {
        Tape tape = input.Tape;
        Variable output = input.BatchNorm(
            RunningMean, RunningVariance, OnTape(tape, Weight), OnTape(tape, Bias), _momentum, _epsilon);
        if (tape.Training)
            BatchesTracked.Values[0]++;
        return output;
    }

    /// <inheritdoc/>
    public override void Initialize(Generator generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        if (Weight is not null)
            Initializers.Initialize.Ones(Weight);
        if (Bias is not null)
            Initializers.Initialize.Zeros(Bias);
        Initializers.Initialize.Zeros(RunningMean);
        Initializers.Initialize.Ones(RunningVariance);
        Initializers.Initialize.Zeros(BatchesTracked);
    }
}
