using TensorEngine.Generators;
using TensorEngine.Initializers;

namespace TensorEngine.Tests.Digests;

/// <summary>Every initializer, over spans and of parameters, with draws of two generators.</summary>
public static class InitializerDigests
{
    private delegate void SpanInitializer(Span<float> destination, Shape shape, Generator generator);

    private static readonly Shape[] s_weights = [[7, 9], [33, 20], [20, 33], [8, 6, 3], [6, 4, 3, 3], [2, 3, 2, 3, 5]];
    private static readonly Shape[] s_any = [[], [1], [17], .. s_weights];
    private static readonly Shape[] s_matrices = [.. s_weights.Where(shape => shape.Rank == 2)];
    private static readonly Shape[] s_kernels = [.. s_weights.Where(shape => shape.Rank > 2)];

    private static readonly Nonlinearity[] s_nonlinearities = Enum.GetValues<Nonlinearity>();

    public static IEnumerable<DigestCase> Cases =>
    [
        Spans("zeros", s_any, (span, _, _) => Initialize.Zeros(span)),
        Spans("ones", s_any, (span, _, _) => Initialize.Ones(span)),
        Spans("constant", s_any, (span, _, _) => Initialize.Constant(span, 0.1)),
        Spans("uniform", s_any, (span, _, generator) => Initialize.Uniform(span, generator, -0.3, 0.7)),
        Spans("normal", s_any, (span, _, generator) => Initialize.Normal(span, generator, 0.1, 0.02)),
        Spans("truncated normal", s_any, (span, _, generator) => Initialize.TruncatedNormal(span, generator, 0.1, 0.5, -0.6, 0.9)),
        Spans("Xavier uniform", s_weights, (span, shape, generator) => Initialize.XavierUniform(span, generator, Fan.Of(shape), 1.5)),
        Spans("Xavier normal", s_weights, (span, shape, generator) => Initialize.XavierNormal(span, generator, Fan.Of(shape), 1.5)),
        .. s_nonlinearities.SelectMany(Kaiming),
        Spans("LeCun uniform", s_weights, (span, shape, generator) => Initialize.LeCunUniform(span, generator, Fan.Of(shape).In)),
        Spans("LeCun normal", s_weights, (span, shape, generator) => Initialize.LeCunNormal(span, generator, Fan.Of(shape).In)),
        Spans("orthogonal", s_weights, (span, shape, generator) => Initialize.Orthogonal(span, generator, shape, 1.25)),
        Spans("sparse", s_matrices, (span, shape, generator) => Initialize.Sparse(span, generator, shape, 0.3, 0.05)),
        Spans("eye", s_matrices, (span, shape, _) => Initialize.Eye(span, shape)),
        Spans("Dirac", s_kernels, (span, shape, _) => Initialize.Dirac(span, shape)),
        Spans("Dirac, 2 groups", s_kernels, (span, shape, _) => Initialize.Dirac(span, shape, 2)),
        Spans("linear", s_matrices, (span, shape, generator) =>
            Initialize.Linear(span[..^shape[0]], generator, shape, span[^shape[0]..]), withBias: true),
        Spans("linear without bias", s_matrices, (span, shape, generator) => Initialize.Linear(span, generator, shape)),
        Spans("convolution", s_kernels, (span, shape, generator) =>
            Initialize.Convolution(span[..^shape[0]], generator, shape, span[^shape[0]..]), withBias: true),
        Spans("convolution without bias", s_kernels, (span, shape, generator) => Initialize.Convolution(span, generator, shape)),

        Parameters("zeros", s_any, (weight, _, _) => Initialize.Zeros(weight)),
        Parameters("ones", s_any, (weight, _, _) => Initialize.Ones(weight)),
        Parameters("constant", s_any, (weight, _, _) => Initialize.Constant(weight, 1.0 / 3)),
        Parameters("uniform", s_any, (weight, _, generator) => Initialize.Uniform(weight, generator)),
        Parameters("normal", s_any, (weight, _, generator) => Initialize.Normal(weight, generator)),
        Parameters("truncated normal", s_any, (weight, _, generator) => Initialize.TruncatedNormal(weight, generator)),
        Parameters("Xavier uniform", s_weights, (weight, _, generator) => Initialize.XavierUniform(weight, generator)),
        Parameters("Xavier normal", s_weights, (weight, _, generator) => Initialize.XavierNormal(weight, generator)),
        Parameters("Kaiming uniform", s_weights, (weight, _, generator) => Initialize.KaimingUniform(weight, generator)),
        Parameters("Kaiming normal", s_weights, (weight, _, generator) => Initialize.KaimingNormal(weight, generator)),
        Parameters("Kaiming uniform, fan out", s_weights, (weight, _, generator) =>
            Initialize.KaimingUniform(weight, generator, 0.2, FanMode.FanOut)),
        Parameters("Kaiming normal, fan out", s_weights, (weight, _, generator) =>
            Initialize.KaimingNormal(weight, generator, 0.2, FanMode.FanOut)),
        Parameters("LeCun uniform", s_weights, (weight, _, generator) => Initialize.LeCunUniform(weight, generator)),
        Parameters("LeCun normal", s_weights, (weight, _, generator) => Initialize.LeCunNormal(weight, generator)),
        Parameters("orthogonal", s_weights, (weight, _, generator) => Initialize.Orthogonal(weight, generator)),
        Parameters("sparse", s_matrices, (weight, _, generator) => Initialize.Sparse(weight, generator, 0.8)),
        Parameters("eye", s_matrices, (weight, _, _) => Initialize.Eye(weight)),
        Parameters("Dirac", s_kernels, (weight, _, _) => Initialize.Dirac(weight)),
        Parameters("linear", s_matrices, (weight, bias, generator) => Initialize.Linear(weight, generator, bias)),
        Parameters("linear without bias", s_matrices, (weight, _, generator) => Initialize.Linear(weight, generator)),
        Parameters("convolution", s_kernels, (weight, bias, generator) => Initialize.Convolution(weight, generator, bias)),
        Parameters("convolution without bias", s_kernels, (weight, _, generator) => Initialize.Convolution(weight, generator)),

        DigestCase.Of("initializers, gains", digest =>
        {
            foreach (Nonlinearity nonlinearity in s_nonlinearities)
                digest.Add([Gain.Of(nonlinearity), Gain.Of(nonlinearity, 0.2), Gain.Of(nonlinearity, 3)]);
        }),
        DigestCase.Of("initializers, fans", digest =>
        {
            foreach (Shape shape in s_weights)
                digest.Add([Fan.Of(shape).In, Fan.Of(shape).Out]);
        }),
    ];

    private static Generator[] Generators => [new Philox(1), new TorchGenerator(1)];

    private static IEnumerable<DigestCase> Kaiming(Nonlinearity nonlinearity) =>
    [
        Spans($"Kaiming uniform, {nonlinearity}", s_weights, (span, shape, generator) =>
            Initialize.KaimingUniform(span, generator, Fan.Of(shape).In, 0.1, nonlinearity)),
        Spans($"Kaiming normal, {nonlinearity}", s_weights, (span, shape, generator) =>
            Initialize.KaimingNormal(span, generator, Fan.Of(shape).In, 0.1, nonlinearity)),
    ];

    /// <summary>With a bias, the span has room for one behind the weight.</summary>
    private static DigestCase Spans(string name, Shape[] shapes, SpanInitializer initialize, bool withBias = false) =>
        DigestCase.Of($"initializer over spans, {name}", digest =>
        {
            foreach (Generator generator in Generators)
            {
                foreach (Shape shape in shapes)
                {
                    float[] weight = new float[shape.ElementCount + (withBias ? shape[0] : 0)];
                    initialize(weight, shape, generator);
                    digest.Add(weight);
                }
            }
        });

    private static DigestCase Parameters(string name, Shape[] shapes, Action<Parameter, Parameter, Generator> initialize) =>
        DigestCase.Of($"initializer of parameters, {name}", digest =>
        {
            foreach (Generator generator in Generators)
            {
                foreach (Shape shape in shapes)
                {
                    var store = new ParameterStore();
                    Parameter weight = store.Add("weight", shape), bias = store.Add("bias", shape.Rank == 0 ? [] : [shape[0]]);
                    initialize(weight, bias, generator);
                    digest.Add(weight.Values);
                    digest.Add(bias.Values);
                }
            }
        });
}
