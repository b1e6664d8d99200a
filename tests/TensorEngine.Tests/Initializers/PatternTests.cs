using NUnit.Framework;
using TensorEngine.Generators;
using TensorEngine.Initializers;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Initializers;

public class PatternTests
{
    [TestCase(3, 3)]
    [TestCase(2, 5)]
    [TestCase(5, 2)]
    public void Eye_has_ones_on_its_diagonal(int rows, int columns)
    {
        float[] matrix = [.. Enumerable.Repeat(9f, rows * columns)];
        Initialize.Eye(matrix, [rows, columns]);
        for (int i = 0; i < matrix.Length; i++)
            Assert.That(matrix[i], Is.EqualTo(i / columns == i % columns ? 1f : 0f));
        Parameter parameter = TestParameter([rows, columns]);
        Initialize.Eye(parameter);
        Bits.AssertSame(parameter.Values, matrix, $"parameter");
    }

    /// <summary>In group k, for d below the smaller of outputs per group and inputs: [k * outputs / groups + d, d, centre] is 1.</summary>
    [TestCase(new[] { 4, 4, 3 }, 1)]
    [TestCase(new[] { 6, 2, 3, 4 }, 1)]
    [TestCase(new[] { 6, 2, 3, 5 }, 3)]
    [TestCase(new[] { 4, 3, 2, 3, 5 }, 2)]
    [TestCase(new[] { 2, 5, 1 }, 2)]
    public void Dirac_passes_channels_through(int[] lengths, int groups)
    {
        var shape = Shape.Create(lengths);
        int kernel = lengths[2..].Aggregate(1, (product, length) => product * length);
        int centre = lengths[2..].Aggregate(0, (index, length) => index * length + length / 2);
        float[] expected = new float[shape.ElementCount];
        int perGroup = lengths[0] / groups;
        for (int group = 0; group < groups; group++)
        {
            for (int d = 0; d < Math.Min(perGroup, lengths[1]); d++)
                expected[((group * perGroup + d) * lengths[1] + d) * kernel + centre] = 1;
        }

        float[] weights = [.. Enumerable.Repeat(9f, expected.Length)];
        Initialize.Dirac(weights, shape, groups);
        Assert.That(weights, Is.EqualTo(expected));
        Parameter parameter = TestParameter(shape);
        Initialize.Dirac(parameter, groups);
        Bits.AssertSame(parameter.Values, expected, $"parameter");
    }

    [TestCase(0.0, 0)]
    [TestCase(0.1, 2)]
    [TestCase(0.5, 8)]
    [TestCase(0.9, 14)]
    [TestCase(1.0, 15)]
    public void Sparse_has_as_many_zeros_in_each_column(double sparsity, int zeros)
    {
        float[] matrix = new float[15 * 40];
        Initialize.Sparse(matrix, new Philox(1), [15, 40], sparsity, 0.5);
        var places = new HashSet<string>(StringComparer.Ordinal);
        for (int column = 0; column < 40; column++)
        {
            int[] rows = [.. Enumerable.Range(0, 15).Where(row => matrix[row * 40 + column] == 0)];
            Assert.That(rows, Has.Length.EqualTo(zeros), $"column {column}");
            places.Add(string.Join(',', rows));
        }

        Assert.That(places, Has.Count.GreaterThan(zeros is 0 or 15 ? 0 : 10));
        // What is not zero is what the generator draws there.
        float[] normal = new float[matrix.Length];
        new Philox(1).Normal(normal, 0, 0.5);
        for (int i = 0; i < matrix.Length; i++)
            Assert.That(matrix[i], Is.EqualTo(normal[i]).Or.EqualTo(0f));
        Parameter parameter = TestParameter([15, 40]);
        Initialize.Sparse(parameter, new Philox(1), sparsity, 0.5);
        Bits.AssertSame(parameter.Values, matrix, $"parameter");
    }

    [TestCase(512, 512)]
    [TestCase(100, 300)]
    [TestCase(300, 100)]
    [TestCase(1, 7)]
    [TestCase(7, 1)]
    [TestCase(64, 64)]
    public void Orthogonal_rows_or_columns_are_orthonormal(int rows, int columns)
    {
        float[] matrix = new float[rows * columns];
        Initialize.Orthogonal(matrix, new Philox(3), [rows, columns]);
        int count = Math.Min(rows, columns), length = Math.Max(rows, columns);
        double[][] vectors = [.. Enumerable.Range(0, count).Select(k => Enumerable.Range(0, length)
            .Select(i => (double)(rows < columns ? matrix[k * columns + i] : matrix[i * columns + k])).ToArray())];
        double worst = 0;
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j <= i; j++)
                worst = Math.Max(worst, Math.Abs(System.Numerics.Tensors.TensorPrimitives.Dot<double>(vectors[i], vectors[j]) - (i == j ? 1 : 0)));
        }

        TestContext.Out.WriteLine($"largest element of |QtQ - I| {worst:E2}");
        Assert.That(worst, Is.LessThanOrEqualTo(1e-6));
    }

    [TestCase(40, 30)]
    [TestCase(30, 40)]
    public void Orthogonal_is_the_factor_whose_triangle_has_a_positive_diagonal_at_every_width(int rows, int columns)
    {
        float[] drawn = new float[rows * columns], matrix = new float[rows * columns], again = new float[rows * columns];
        new Philox(4).Normal(drawn);
        Initialize.Orthogonal(matrix, new Philox(4), [rows, columns], gain: 2);
        // Q^T A, or where A is wide its mirror image: upper triangular, with a positive diagonal.
        bool wide = rows < columns;
        int count = Math.Min(rows, columns), length = Math.Max(rows, columns);
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double r = 0;
                for (int k = 0; k < length; k++)
                    r += wide ? (double)matrix[i * columns + k] * drawn[j * columns + k] : (double)matrix[k * columns + i] * drawn[k * columns + j];
                Assert.That(r, i == j ? Is.GreaterThan(0.1) : Is.EqualTo(0).Within(1e-5), $"R[{i}, {j}]");
            }
        }

        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            Initialize.Orthogonal(again, new Philox(4), [rows, columns], gain: 2);
            Bits.AssertSame(again, matrix, $"width {width}");
        }

        Parameter parameter = TestParameter([rows, columns / 5, 5]);
        Initialize.Orthogonal(parameter, new Philox(4), gain: 2);
        Bits.AssertSame(parameter.Values, matrix, $"parameter");
    }

    [Test]
    public void Bad_input_is_named_and_changes_nothing()
    {
        float[] values = [.. Enumerable.Repeat(7f, 24)];
        var generator = new Philox(1);
        Refusal.Of<ArgumentException>(() => Initialize.Eye(values, [24]), "exactly 2");
        Refusal.Of<ArgumentException>(() => Initialize.Eye(values, [5, 5]), "[5, 5] has 25");
        Refusal.Of<ArgumentException>(() => Initialize.Dirac(values, [4, 6]), "3 to 5");
        Refusal.Of<ArgumentException>(() => Initialize.Dirac(values, [4, 2, 3], 3), "groups is 3");
        Refusal.Of<ArgumentException>(() => Initialize.Dirac(values, [4, 2, 3], 0), "groups is 0");
        Refusal.Of<ArgumentException>(() => Initialize.Orthogonal(values, generator, [24]), "[24]");
        Refusal.Of<ArgumentOutOfRangeException>(() => Initialize.Orthogonal(values, generator, [4, 6], -1), "gain is -1");
        Refusal.Of<ArgumentOutOfRangeException>(() => Initialize.Orthogonal(values, generator, [4, 6], double.NaN), "gain is NaN");
        Refusal.Of<ArgumentException>(() => Initialize.Sparse(values, generator, [2, 3, 4], 0.1), "exactly 2");
        Refusal.Of<ArgumentOutOfRangeException>(() => Initialize.Sparse(values, generator, [4, 6], 1.1), "sparsity is 1.1");
        Refusal.Of<ArgumentOutOfRangeException>(() => Initialize.Sparse(values, generator, [4, 6], -0.1), "sparsity is -0.1");
        Refusal.Of<ArgumentOutOfRangeException>(() => Initialize.Sparse(values, generator, [4, 6], double.NaN), "sparsity is NaN");
        Refusal.Of<ArgumentOutOfRangeException>(() => Initialize.Sparse(values, generator, [4, 6], 0.1, -1), "standardDeviation is -1");
        Refusal.Of<ArgumentNullException>(() => Initialize.Orthogonal(values, null!, [4, 6]), "generator");
        Refusal.Of<ArgumentNullException>(() => Initialize.Eye(null!), "parameter");
        Assert.That(values, Is.All.EqualTo(7f));
        Assert.That(generator.Position, Is.Zero);
    }

    private static Parameter TestParameter(Shape shape) => new ParameterStore().Add("weight", shape);
}
