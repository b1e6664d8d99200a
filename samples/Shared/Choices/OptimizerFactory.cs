using TensorEngine;
using TensorEngine.Optimizers.Stepping;

namespace Samples.Shared.Choices;

/// <summary>Makes an optimizer whose type is known only here.</summary>
public abstract class OptimizerFactory
{
    private OptimizerFactory()
    {
    }

    /// <summary>The optimizer.</summary>
    public abstract Type Type { get; }

    /// <summary>The usual options.</summary>
    public abstract OptimizerOptions Options { get; }

    /// <summary>A step over the caller's own memory; null if the optimizer has to see whole parameters.</summary>
    public SpanStep? SpanStep { get; private init; }

    /// <summary>An optimizer that updates each element on its own.</summary>
    /// <param name="options">The usual options.</param>
    /// <param name="create">Makes the optimizer.</param>
    /// <param name="withDecay">Changes the weight decay.</param>
    /// <param name="asInBook">Changes what the book computes otherwise than PyTorch; null for nothing.</param>
    /// <typeparam name="TOptimizer">The optimizer.</typeparam>
    /// <typeparam name="TOptions">Its options.</typeparam>
    public static OptimizerFactory Fused<TOptimizer, TOptions>(
        TOptions options,
        Func<IEnumerable<Parameter>, TOptions, TOptimizer> create,
        Func<TOptions, double, TOptions> withDecay,
        Func<TOptions, TOptions>? asInBook = null)
        where TOptimizer : FusedOptimizer<TOptimizer, TOptions>, IFusedOptimizer<TOptions>
        where TOptions : OptimizerOptions =>
        new Of<TOptimizer, TOptions>(options, create, withDecay, asInBook) { SpanStep = SpanStep.Of<TOptimizer, TOptions>(options) };

    /// <summary>An optimizer that has to see whole parameters.</summary>
    /// <param name="options">The usual options.</param>
    /// <param name="create">Makes the optimizer.</param>
    /// <param name="withDecay">Changes the weight decay.</param>
    /// <typeparam name="TOptimizer">The optimizer.</typeparam>
    /// <typeparam name="TOptions">Its options.</typeparam>
    public static OptimizerFactory Whole<TOptimizer, TOptions>(
        TOptions options, Func<IEnumerable<Parameter>, TOptions, TOptimizer> create, Func<TOptions, double, TOptions> withDecay)
        where TOptimizer : Optimizer<TOptions>
        where TOptions : OptimizerOptions => new Of<TOptimizer, TOptions>(options, create, withDecay, asInBook: null);

    /// <summary>Makes an optimizer for training.</summary>
    /// <param name="parameters">The parameters, or a whole store.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="weightDecay">
    /// The decay of parameters of two dimensions or more, while biases have none; null for the optimizer's own default everywhere.
    /// </param>
    public abstract Optimizer Create(IEnumerable<Parameter> parameters, double rate, double? weightDecay = null);

    /// <summary>Makes an optimizer with the book's constants, and without decay, which would draw values to 0.</summary>
    /// <param name="parameters">The parameters, or a whole store.</param>
    /// <param name="rate">The learning rate.</param>
    public abstract Optimizer CreateAsInBook(IEnumerable<Parameter> parameters, double rate);

    private sealed class Of<TOptimizer, TOptions>(
        TOptions options,
        Func<IEnumerable<Parameter>, TOptions, TOptimizer> create,
        Func<TOptions, double, TOptions> withDecay,
        Func<TOptions, TOptions>? asInBook) : OptimizerFactory
        where TOptimizer : Optimizer<TOptions>
        where TOptions : OptimizerOptions
    {
        public override Type Type => typeof(TOptimizer);

        public override OptimizerOptions Options => options;

        public override Optimizer Create(IEnumerable<Parameter> parameters, double rate, double? weightDecay = null)
        {
            TOptions usual = options with { LearningRate = rate };
            if (weightDecay is not { } decay)
                return create(parameters, usual);
            TOptimizer optimizer = create(parameters, withDecay(usual, decay));
            Parameter[] biases = [.. optimizer.Parameters.Where(parameter => parameter.Shape.Rank < 2)];
            if (biases.Length > 0)
                optimizer.AddGroup(biases, weights => withDecay(weights, 0));
            return optimizer;
        }

        public override Optimizer CreateAsInBook(IEnumerable<Parameter> parameters, double rate)
        {
            TOptions plain = withDecay(options with { LearningRate = rate }, 0);
            return create(parameters, asInBook is null ? plain : asInBook(plain));
        }
    }
}
