using Samples.Shared.Charts;
using TensorEngine;
using TensorEngine.Generators;

namespace OptimizerPaths;

/// <summary>The path that an optimizer takes down a surface.</summary>
/// <param name="Surface">The function.</param>
/// <param name="Optimizer">The optimizer.</param>
/// <param name="Rate">Its learning rate.</param>
/// <param name="Points">The start, and the point after each update.</param>
internal sealed record Walk(Surface Surface, PathOptimizer Optimizer, double Rate, IReadOnlyList<ChartPoint> Points)
{
    /// <summary>The height of each point.</summary>
    public IReadOnlyList<double> Values { get; } = [.. Points.Select(point => Surface.Value(point.X, point.Y))];

    /// <summary>Goes down.</summary>
    /// <param name="surface">The function.</param>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="options">How many updates, and with which rate and noise.</param>
    public static Walk Take(Surface surface, PathOptimizer optimizer, PathsOptions options)
    {
        var store = new ParameterStore();

        // One row, so that optimizers for matrices can walk too.
        Parameter point = store.Add("point", [1, 2]);
        store.Freeze();
        (point.Values[0], point.Values[1]) = ((float)surface.Start.X, (float)surface.Start.Y);

        // Every optimizer walks through the same noise.
        var generator = new Philox(options.Seed);
        float[] noise = new float[2];
        double rate = options.Rate ?? optimizer.Rate(surface);
        Action step = optimizer.Start(store, rate, Evaluate);
        List<ChartPoint> points = [Here()];
        for (int i = 0; i < (options.Steps ?? surface.Steps); i++)
        {
            step();
            points.Add(Here());
        }

        return new Walk(surface, optimizer, rate, points);

        double Evaluate()
        {
            (double x, double y) = surface.Gradient(point.Values[0], point.Values[1]);
            generator.Normal(noise, standardDeviation: options.Noise);
            point.Gradients[0] = (float)(x + noise[0]);
            point.Gradients[1] = (float)(y + noise[1]);
            return surface.Value(point.Values[0], point.Values[1]);
        }

        ChartPoint Here() => new(point.Values[0], point.Values[1]);
    }
}
