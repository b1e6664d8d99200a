using TensorEngine.Compression;
using TensorEngine.Numerics;

namespace TensorEngine.Autograd;

/// <content>The backward pass.</content>
public sealed partial class Tape
{
    // What an operation has written beside the gradients that it belongs to.
    private readonly List<(int Node, Block Written)> _additions = [];

    /// <summary>
    /// Computes the gradients of a loss, and adds them to <see cref="Parameter.Gradients"/> of the trainable parameters, and to
    /// <see cref="Variable.Gradient"/> of inputs and variables that retain it. Clear the store's gradients before the first pass of a step,
    /// or let the optimizer do so (<c>GradientOptions.Clear</c>). Several passes add up.
    /// </summary>
    /// <param name="loss">A variable of one element.</param>
    /// <exception cref="ArgumentException">
    /// <paramref name="loss"/> has more than one element, needs no gradient, or belongs to another tape.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// <paramref name="loss"/> is the default value or from before the last <see cref="Reset"/>.
    /// </exception>
    public void Backward(Variable loss)
    {
        ref readonly Node node = ref NodeOf(loss);
        if (node.Shape.ElementCount != 1)
        {
            throw new ArgumentException(
                $"loss is {node.Shape}; a backward pass starts at one element. For more elements, pass the gradient with respect to them.",
                nameof(loss));
        }

        float one = 1;
        Backward(loss, new ReadOnlySpan<float>(in one));
    }

    /// <summary>
    /// Computes gradients as <see cref="Backward(Variable)"/>, starting from a variable of any shape and the gradient with respect to it.
    /// </summary>
    /// <param name="output">The variable to start from.</param>
    /// <param name="outputGradient">As many elements as <paramref name="output"/> has.</param>
    /// <exception cref="ArgumentException">
    /// The lengths differ, or <paramref name="output"/> needs no gradient or belongs to another tape.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// <paramref name="output"/> is the default value or from before the last <see cref="Reset"/>.
    /// </exception>
    public void Backward(Variable output, ReadOnlySpan<float> outputGradient)
    {
        ref Node start = ref NodeOf(output);
        if (outputGradient.Length != start.Shape.ElementCount)
        {
            throw new ArgumentException(
                $"outputGradient has {outputGradient.Length} elements, output is {start.Shape}; they must have the same number.",
                nameof(outputGradient));
        }

        if (!start.RequiresGradient)
        {
            throw new ArgumentException(
                "output needs no gradient: it comes from no trainable parameter and no Input, or was not recorded.", nameof(output));
        }

        if (start.Widened is { } widened)
        {
            BFloat16.Add(widened.BFloat16Gradients, outputGradient, Workers);
            return;
        }

        if (start.Parameter is { } parameter)
        {
            Combine.AddScaled(parameter.Gradients, 1, outputGradient, Workers);
            return;
        }

        start.Gradient = _gradients.Take(outputGradient.Length);
        outputGradient.CopyTo(_gradients.Span(start.Gradient));
        int number = output.Number;
        try
        {
            for (; number >= 0; number--)
                Pass(ref _nodes[number]);
        }
        finally
        {
            // Nothing is left unless an operation has thrown.
            for (; number >= 0; number--)
                GiveBack(ref _nodes[number].Gradient);
        }
    }

    /// <summary>The memory to which an operation writes, whatever its contents.</summary>
    internal Span<float> GradientToWrite(ref readonly Node node, int index)
    {
        int number = InputNumber(in node, index);
        ref Node input = ref _nodes[number];
        CheckNeed(in input, index);
        if (input.Parameter is null && input.Gradient.IsNone)
            return GradientOf(input.Gradient = _gradients.Take((int)input.Shape.ElementCount));
        Block beside = _scratch.Take((int)input.Shape.ElementCount);
        _additions.Add((number, beside));
        return _scratch.Span(beside);
    }

    /// <summary>As <see cref="GradientToWrite"/>, or the memory of the gradient of the node itself, which the node then loses.</summary>
    internal Span<float> GradientToWriteInPlace(ref Node node, int index)
    {
        ref Node input = ref _nodes[InputNumber(in node, index)];
        CheckNeed(in input, index);
        if (input.Parameter is not null || !input.Gradient.IsNone || node.RetainsGradient || node.Gradient.IsNone
            || input.Shape.ElementCount != node.Shape.ElementCount)
        {
            return GradientToWrite(in node, index);
        }

        input.Gradient = node.Gradient;
        node.Gradient = Block.None;
        return GradientOf(input.Gradient);
    }

    /// <summary>The memory to which an operation adds, if there already are values.</summary>
    internal Span<float> GradientToAddTo(ref readonly Node node, int index, out bool adds)
    {
        ref Node input = ref _nodes[InputNumber(in node, index)];
        CheckNeed(in input, index);
        adds = true;
        if (input.Parameter is { } parameter)
            return parameter.Gradients;
        if (input.Gradient.IsNone)
        {
            adds = false;
            input.Gradient = _gradients.Take((int)input.Shape.ElementCount);
        }

        return GradientOf(input.Gradient);
    }

    private void Pass(ref Node node)
    {
        if (node.Gradient.IsNone)
            return;
        if (node.Records is { } records)
        {
            try
            {
                records.Backward(node.Record, new BackwardContext(this, ref node));
                foreach ((int number, Block written) in _additions)
                    Combine.AddScaled(GradientOf(ref _nodes[number]), 1, _scratch.Span(written), Workers);
            }
            finally
            {
                _additions.Clear();
                _scratch.Clear();
            }
        }

        if (node.Widened is { } widened)
            BFloat16.Add(widened.BFloat16Gradients, GradientOf(node.Gradient), Workers);
        if (node.RetainsGradient)
            Retain(ref node);
        GiveBack(ref node.Gradient);
    }

    private Span<float> GradientOf(ref readonly Node node) =>
        node.Parameter is { } parameter ? parameter.Gradients : GradientOf(node.Gradient);

    private void Retain(ref Node node)
    {
        if (node.RetainedGradient.IsNone)
            (node.RetainedGradient, node.Gradient) = (node.Gradient, Block.None);
        else
            Combine.AddScaled(GradientOf(node.RetainedGradient), 1, GradientOf(node.Gradient), Workers);
    }

    private static void CheckNeed(ref readonly Node input, int index)
    {
        if (!input.RequiresGradient)
            throw new InvalidOperationException($"Input {index} needs no gradient; check Needs({index}) first.");
    }
}
