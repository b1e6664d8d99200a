using TensorEngine.Autograd.Operations;
using TensorEngine.Generators;
using TensorEngine.Optimizers;

namespace TensorEngine.Autograd.Layers;

/// <summary>A table whose rows are looked up by indices, as torch.nn.Embedding.</summary>
public sealed class Embedding : Layer
{
    /// <summary>Adds <c>name.weight</c> [rows, columns] to a store.</summary>
    /// <param name="store">The store; its layout may not be fixed yet.</param>
    /// <param name="name">The name, such as <c>embedding</c>.</param>
    /// <param name="rows">The number of indices; at least 1.</param>
    /// <param name="columns">The length of a row; at least 1.</param>
    /// <param name="padding">
    /// An index whose row starts at 0 and gets no gradient (padding_idx), such as that of the token that pads short sequences; null (the
    /// default) for none.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="store"/> or <paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A length is below 1, or <paramref name="padding"/> is not the index of a row.
    /// </exception>
    /// <exception cref="ArgumentException">The store has a parameter of that name.</exception>
    /// <exception cref="InvalidOperationException">The store's layout is fixed.</exception>
    public Embedding(ParameterStore store, string name, int rows, int columns, int? padding = null)
        : base(store, name)
    {
        if (padding is { } row)
            Require.Row(rows, row, nameof(padding));
        Padding = padding;
        Weight = Add("weight", [rows, columns]);
    }

    /// <summary>[rows, columns].</summary>
    public Parameter Weight { get; }

    /// <summary>The index whose row gets no gradient, or null.</summary>
    public int? Padding { get; }

    /// <summary>
    /// The optimizer that receives the rows with a gradient, as with <c>sparse=True</c>, or null (the default) to add to the gradients of
    /// <see cref="Weight"/> like other layers.
    /// </summary>
    public SparseAdam? Sparse { get; set; }

    /// <summary>Looks rows up; see <see cref="Functional.Embedding"/>.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="indices">The indices of the rows.</param>
    /// <param name="shape">The shape of the indices, such as [batch, length]; null (the default) for a single dimension.</param>
    /// <returns>[..., columns], where ... is the shape of the indices.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="tape"/> is null.</exception>
    public Variable Apply(Tape tape, ReadOnlySpan<int> indices, Shape? shape = null)
    {
        ArgumentNullException.ThrowIfNull(tape);
        return tape.Parameter(Weight).Embedding(indices, shape, Sparse, Padding);
    }

    /// <summary>
    /// input · weightᵀ: uses the table as the output layer of a language model, with a logit for every index (tied embeddings). The
    /// gradient of <see cref="Weight"/> is the sum of both uses.
    /// </summary>
    /// <param name="input">[..., columns].</param>
    /// <returns>[..., rows].</returns>
    public Variable Logits(Variable input) => input.Linear(input.Tape.Parameter(Weight));

    /// <inheritdoc/>
    public override void Initialize(Generator generator)
    {
        Initializers.Initialize.Normal(Weight, generator);
        if (Padding is { } row)
            Weight.Values.Slice(row * Weight.Shape[1], Weight.Shape[1]).Clear();
    }
}
