using NUnit.Framework;
using TensorEngine.Autograd.Tests.Goldens;

namespace TensorEngine.Autograd.Tests.Truth;

/// <summary>Every operation gives what PyTorch 2.6 gives: outputs, and the gradients of all inputs.</summary>
public sealed class RecordedOperationTests
{
    private static readonly string[] s_differences =
    [
        // A query of NaN spoils the gradients of the keys that it sees; in PyTorch also those of the keys that it does not see.
        "scaled_dot_product_attention special queries, causal",
    ];

    public static IEnumerable<RecordedOperation> Recorded => RecordedOperation.All.Where(
        recorded => !s_differences.Any(difference => recorded.ToString().StartsWith(difference, StringComparison.Ordinal)));

    [TestCaseSource(nameof(Recorded))]
    public void OutputAndGradientsAreAsPyTorchComputesThem(RecordedOperation recorded)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        var tape = new Tape();
        var call = new RecordedCall(recorded, tape);
        Variable output = RecordedCalls.All[recorded.Operation](call);
        tape.Backward(output, recorded.Upstream(output.Values.Length));
        foreach (RecordedTensor expected in recorded.Outputs)
        {
            if (expected.Name is "output")
                Assert.That(output.Shape.Lengths.ToArray(), Is.EqualTo(expected.Shape), "shape");
            expected.AssertClose(expected.Name is "output" ? output.Values : call.States[expected.Name]);
        }

        foreach (RecordedTensor expected in recorded.Gradients.Where(gradient => call.IsVariable(gradient.Name)))
            expected.AssertClose(call[expected.Name].Gradient);
    }
}
