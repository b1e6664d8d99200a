using TensorEngine.Averages;

namespace TensorEngine.Tests.Support;

/// <summary>An average as a user of the package writes it: late values count more, with weights 2 / (updates + 2).</summary>
public sealed class LateAverage(ParameterStore store) : ValueAverage(store)
{
    protected override string Kind => "late";

    protected override double Weight(long updates) => 2.0 / (updates + 2);
}
