using TensorEngine.Autograd.Tests.Catalog;

namespace TensorEngine.Autograd.Tests.Support;

/// <summary>An operation's output, and the gradients of all its inputs for a fixed gradient of the output.</summary>
public sealed class OperationRun
{
    private OperationRun(float[] output, float[][] gradients) => (Output, Gradients) = (output, gradients);

    public float[] Output { get; }

    public float[][] Gradients { get; }

    /// <summary>Runs a case on a tape, which is reset first.</summary>
    public static OperationRun Of(OperationCase operation, Tape tape, float[][] values)
    {
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(values);
        tape.Reset();
        var variables = new Variable[values.Length];
        for (int i = 0; i < variables.Length; i++)
            variables[i] = tape.Input(values[i], operation.Shapes[i]);
        Variable output = operation.Apply(variables);
        tape.Backward(output, OutputGradient(output.Values.Length));
        return new OperationRun(output.Values.ToArray(), [.. variables.Select(variable => variable.Gradient.ToArray())]);
    }

    /// <summary>The gradient that every output of a length gets.</summary>
    public static float[] OutputGradient(int length)
    {
        var random = new Random(77);
        float[] gradient = new float[length];
        for (int i = 0; i < length; i++)
            gradient[i] = random.NextSingle() * 2 - 1;
        return gradient;
    }
}
