namespace TensorEngine.Autograd.Operations;

/// <content>Several variables in one.</content>
public static partial class Functional
{
    /// <summary>Joins variables along a dimension, as torch.cat.</summary>
    /// <param name="dimension">The dimension, from 0.</param>
    /// <param name="inputs">At least one variable; their shapes may differ only in that dimension.</param>
    /// <returns>The shape of the first, with the sum of the lengths in that dimension.</returns>
    /// <exception cref="ArgumentException">
    /// There is no variable, shapes do not match, or the variables belong to different tapes.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    /// <exception cref="InvalidOperationException">A variable is the default value or from before the last reset.</exception>
    public static Variable Concatenate(int dimension, params ReadOnlySpan<Variable> inputs)
    {
        if (inputs.IsEmpty)
            throw new ArgumentException("concatenate: inputs is empty; there must be at least one.", nameof(inputs));
        Shape first = inputs[0].Shape;
        Require.Dimension(first, dimension, nameof(dimension));
        long sum = 0;
        foreach (Variable input in inputs)
        {
            Shape shape = input.Shape;
            if (shape.Rank != first.Rank || shape.With(dimension, first[dimension]) != first)
            {
                Mismatch.Throw(
                    "concatenate", "the first input", first, "another one", shape, $"they may differ in dimension {dimension} only");
            }

            sum += shape[dimension];
        }

        return inputs[0].Tape.Record(new ConcatenateOperation(dimension), first.With(dimension, checked((int)sum)), inputs);
    }

    private readonly struct ConcatenateOperation(int dimension) : IOperation
    {
        public void Forward(in ForwardContext context)
        {
            int stretch = context.OutputShape.ElementsBetween(dimension), start = 0;
            for (int i = 0; i < context.InputCount; i++)
            {
                int length = context.InputShape(i).ElementsBetween(dimension);
                Strips.Run(
                    context.Input(i), new(length, 0), context.Output, new(stretch, start), length, StripMode.Copy, context.Workers);
                start += length;
            }
        }

        public void Backward(in BackwardContext context)
        {
            int stretch = context.OutputShape.ElementsBetween(dimension), start = 0;
            for (int i = 0; i < context.InputCount; i++)
            {
                int length = context.InputShape(i).ElementsBetween(dimension);
                if (context.Needs(i))
                {
                    Span<float> input = context.InputGradient(i, out bool adds);
                    StripMode mode = adds ? StripMode.Add : StripMode.Copy;
                    Strips.Run(context.OutputGradient, new(stretch, start), input, new(length, 0), length, mode, context.Workers);
                }

                start += length;
            }
        }
    }
}
