using TensorEngine;
using TensorEngine.Optimizers.Stepping;

namespace Samples.Shared.Choices;

/// <summary>Creates an optimizer whose type is known only here.</summary>
public abstract class OptimizerFactory
{
    private OptimizerFactory()
    {
    }

    /// <summary>The optimizer.</summary>
    public abstract Type Type { get; }

    /// <summary>The usual options.</summary>
    public abstract OptimizerOptions Options { get; }

    /// <summary>A step over the caller's own memory; null if the optimizer needs whole parameters.</summary>
    public SpanStep? SpanStep { get; private init; }

    /// <summary>Creates the factory of an elementwise optimizer.</summary>
    /// <param name="options">The usual options.</param>
    /// <param name="create">Creates the optimizer.</param>
    /// <param name="withDecay">Returns the options with another weight decay.</param>
    /// <param name="asInBook">Returns the options with the book's constants; null if they do not differ.</param>
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

    /// <summary>Creates the factory of an optimizer that needs whole parameters.</summary>
    /// <param name="options">The usual options.</param>
    /// <param name="create">Creates the optimizer.</param>
    /// <param name="withDecay">Returns the options with another weight decay.</param>
    /// <typeparam name="TOptimizer">The optimizer.</typeparam>
    /// <typeparam name="TOptions">Its options.</typeparam>
    public static OptimizerFactory Whole<TOptimizer, TOptions>(
        TOptions options, Func<IEnumerable<Parameter>, TOptions, TOptimizer> create, Func<TOptions, double, TOptions> withDecay)
        where TOptimizer : Optimizer<TOptions>
        where TOptions : OptimizerOptions => new Of<TOptimizer, TOptions>(options, create, withDecay, asInBook: null);

    /// <summary>Creates an optimizer for training.</summary>
    /// <param name="parameters">The parameters, or a whole store.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="weightDecay">
    /// The weight decay of parameters with at least two dimensions; biases have none. Null for the optimizer's own default everywhere.
    /// </param>
    public abstract Optimizer Create(IEnumerable<Parameter> parameters, double rate, double? weightDecay = null);

    /// <summary>Creates an optimizer with the book's constants and without weight decay.</summary>
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
