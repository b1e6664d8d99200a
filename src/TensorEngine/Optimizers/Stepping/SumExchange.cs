namespace TensorEngine.Optimizers.Stepping;

/// <summary>Hands sums around, so that every part of a <see cref="ParameterShard"/> has those of all parts.</summary>
/// <param name="sums">The sums of this part in their place; receives the others'. In memory that does not move.</param>
/// <param name="cuts">
/// Where the sums of each part end and those of the next one begin: <see cref="ParameterShard.PartCount"/> + 1 indices.
/// </param>
public delegate void SumExchange(Span<double> sums, ReadOnlySpan<int> cuts);
