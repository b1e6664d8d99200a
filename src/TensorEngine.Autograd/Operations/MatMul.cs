using TensorEngine.Numerics;
using TensorEngine.Numerics.Products;

namespace TensorEngine.Autograd.Operations;

/// <content>Matrix products.</content>
public static partial class Functional
{
    /// <summary>
    /// input · other, as torch.matmul, matrix by matrix. Every element is one chain of fused multiply-adds over the inner dimension
    /// ascending.
    /// </summary>
    /// <param name="input">[..., rows, inner]; all dimensions before the last two count matrices.</param>
    /// <param name="other">[..., inner, columns] with the same dimensions before the last two, or [inner, columns] for all.</param>
    /// <param name="transposeInput">Whether <paramref name="input"/> is [..., inner, rows] instead.</param>
    /// <param name="transposeOther">Whether <paramref name="other"/> is [..., columns, inner] instead.</param>
    /// <returns>[..., rows, columns].</returns>
    /// <exception cref="ArgumentException">Shapes do not fit, or the variables are of different tapes.</exception>
    /// <exception cref="InvalidOperationException">A variable is the default value or from before the last reset.</exception>
    public static Variable MatMul(this Variable input, Variable other, bool transposeInput = false, bool transposeOther = false)
    {
        const string Allowed = "input must be [..., rows, inner] and other [..., inner, columns] or [inner, columns], "
            + "each with its last two exchanged if it is transposed";
        Shape left = input.Shape, right = other.Shape;
        if (left.Rank < 2 || right.Rank < 2 || (right.Rank > 2 && !right.Lengths[..^2].SequenceEqual(left.Lengths[..^2])))
            Mismatch.Throw("matmul", "input", left, "other", right, Allowed);
        (int rows, int inner) = Sides(left, transposeInput);
        (int otherInner, int columns) = Sides(right, transposeOther);
        if (inner != otherInner)
            Mismatch.Throw("matmul", "input", left, "other", right, Allowed);
        Shape shape = left.With(left.Rank - 2, rows).WithLast(columns);
        var operation = new MatMulOperation(rows, inner, columns, transposeInput, transposeOther);
        return input.Tape.Record(operation, shape, input, other);
    }

    private static (int Rows, int Columns) Sides(Shape shape, bool transposed)
    {
        (int rows, int columns) = (shape[shape.Rank - 2], shape.LastLength());
        return transposed ? (columns, rows) : (rows, columns);
    }

    private readonly struct MatMulOperation(int rows, int inner, int columns, bool transposeInput, bool transposeOther) : IOperation
    {
        public void Forward(in ForwardContext context)
        {
            ReadOnlySpan<float> input = context.Input(0), other = context.Input(1);
            Span<float> output = context.Output;
            for (int i = 0; i < output.Length / (rows * columns); i++)
                MatrixProduct.Multiply(Left(input, i), Right(other, i), Result(output, i), context.Workers);
        }

        public void Backward(in BackwardContext context)
        {
            ReadOnlySpan<float> gradient = context.OutputGradient;
            int count = gradient.Length / (rows * columns);
            if (context.Needs(0))
            {
                ReadOnlySpan<float> other = context.Input(1);
                Span<float> to = context.InputGradient(0, out bool adds);
                for (int i = 0; i < count; i++)
                    Rows.Multiply(Result(gradient, i), Right(other, i).Transposed, Left(to, i), adds, context.Workers);
            }

            if (context.Needs(1))
            {
                ReadOnlySpan<float> input = context.Input(0);
                Span<float> to = context.InputGradient(1, out bool adds);
                for (int i = 0; i < count; i++)
                {
                    // One matrix for all gets the sum of all.
                    bool isFirst = i * inner * columns < to.Length;
                    Rows.Multiply(Left(input, i).Transposed, Result(gradient, i), Right(to, i), adds || !isFirst, context.Workers);
                }
            }
        }

        private MatrixSpan Left(Span<float> all, int index) => View(all, index, rows, inner, transposeInput);

        private ReadOnlyMatrixSpan Left(ReadOnlySpan<float> all, int index) => View(all, index, rows, inner, transposeInput);

        private MatrixSpan Right(Span<float> all, int index) => View(all, index, inner, columns, transposeOther);

        private ReadOnlyMatrixSpan Right(ReadOnlySpan<float> all, int index) => View(all, index, inner, columns, transposeOther);

        private MatrixSpan Result(Span<float> all, int index) => View(all, index, rows, columns, transposed: false);

        private ReadOnlyMatrixSpan Result(ReadOnlySpan<float> all, int index) => View(all, index, rows, columns, transposed: false);

        // Of one matrix alone every index means that one.
        private static int Start(int length, int index, int size) => index * size % length;

        private static MatrixSpan View(Span<float> all, int index, int rows, int columns, bool transposed)
        {
            Span<float> one = all.Slice(Start(all.Length, index, rows * columns), rows * columns);
            return transposed ? new MatrixSpan(one, columns, rows).Transposed : new(one, rows, columns);
        }

        private static ReadOnlyMatrixSpan View(ReadOnlySpan<float> all, int index, int rows, int columns, bool transposed)
        {
            ReadOnlySpan<float> one = all.Slice(Start(all.Length, index, rows * columns), rows * columns);
            return transposed ? new ReadOnlyMatrixSpan(one, columns, rows).Transposed : new(one, rows, columns);
        }
    }
}
