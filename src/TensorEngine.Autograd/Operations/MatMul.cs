using TensorEngine.Numerics;
using TensorEngine.Numerics.Products;

namespace TensorEngine.Autograd.Operations;

/// <content>Matrix products.</content>
public static partial class Functional
{
    /// <summary>
    /// input · other, as torch.matmul, matrix by matrix. Each element is one chain of fused multiply-adds over the inner dimension in
    /// ascending order.
    /// </summary>
    /// <param name="input">[..., rows, inner]; all dimensions before the last two are matrices.</param>
    /// <param name="other">[..., inner, columns] with the same dimensions before the last two, or [inner, columns] for all.</param>
    /// <param name="transposeInput">Whether <paramref name="input"/> is [..., inner, rows] instead.</param>
    /// <param name="transposeOther">Whether <paramref name="other"/> is [..., columns, inner] instead.</param>
    /// <returns>[..., rows, columns].</returns>
    /// <exception cref="ArgumentException">Shapes do not match, or the variables belong to different tapes.</exception>
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
            int count = Count(context.Output);
            MatrixProduct.MultiplyBatch(
                Left(context.Input(0), count), Right(context.Input(1), count), new(context.Output, count, rows, columns), context.Workers);
        }

        public void Backward(in BackwardContext context)
        {
            int count = Count(context.OutputGradient);
            var gradient = new ReadOnlyMatrixBatchSpan(context.OutputGradient, count, rows, columns);
            if (context.Needs(0))
            {
                Span<float> to = context.InputGradient(0, out bool adds);
                Rows.Multiply(gradient, Right(context.Input(1), count).Transposed, Left(to, count), adds, context.Workers);
            }

            if (context.Needs(1))
            {
                ReadOnlyMatrixBatchSpan input = Left(context.Input(0), count).Transposed;
                Span<float> to = context.InputGradient(1, out bool adds);
                MatrixBatchSpan sums = Right(to, count);
                if (to.Length > inner * columns)
                {
                    Rows.Multiply(input, gradient, sums, adds, context.Workers);
                    return;
                }

                // One matrix for all gets the sum of all.
                for (int i = 0; i < count; i++)
                    Rows.Multiply(input[i], gradient[i], sums[i], adds || i > 0, context.Workers);
            }
        }

        private int Count(ReadOnlySpan<float> output) => output.Length / (rows * columns);

        private MatrixBatchSpan Left(Span<float> all, int count) => View(all, count, rows, inner, transposeInput);

        private ReadOnlyMatrixBatchSpan Left(ReadOnlySpan<float> all, int count) => View(all, count, rows, inner, transposeInput);

        private MatrixBatchSpan Right(Span<float> all, int count) => View(all, count, inner, columns, transposeOther);

        private ReadOnlyMatrixBatchSpan Right(ReadOnlySpan<float> all, int count) => View(all, count, inner, columns, transposeOther);

        // Of one matrix alone all are that one.
        private static int Stride(int length, int size) => length == size ? 0 : size;

        private static MatrixBatchSpan View(Span<float> all, int count, int rows, int columns, bool transposed)
        {
            (int first, int second) = transposed ? (columns, rows) : (rows, columns);
            var batch = new MatrixBatchSpan(all, count, Stride(all.Length, first * second), 1, 0, first, second, second);
            return transposed ? batch.Transposed : batch;
        }

        private static ReadOnlyMatrixBatchSpan View(ReadOnlySpan<float> all, int count, int rows, int columns, bool transposed)
        {
            (int first, int second) = transposed ? (columns, rows) : (rows, columns);
            var batch = new ReadOnlyMatrixBatchSpan(all, count, Stride(all.Length, first * second), 1, 0, first, second, second);
            return transposed ? batch.Transposed : batch;
        }
    }
}
