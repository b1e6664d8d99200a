using TensorEngine.Minimization;

namespace TensorEngine.Tests.Minimization;

/// <summary>A function of doubles as a closure over one parameter.</summary>
internal sealed class LbfgsModel
{
    private readonly Objective _function;
    private readonly Parameter _parameter;
    private readonly double[] _point;
    private readonly double[] _gradient;

    public LbfgsModel(Objective function, float[] start)
    {
        _function = function;
        Store = new ParameterStore();
        _parameter = Store.Add("p", [start.Length]);
        Store.Freeze();
        start.CopyTo(_parameter.Values);
        (_point, _gradient) = (new double[start.Length], new double[start.Length]);
    }

    public ParameterStore Store { get; }

    public int Calls { get; private set; }

    public double Closure()
    {
        Calls++;
        for (int i = 0; i < _point.Length; i++)
            _point[i] = _parameter.Values[i];
        double loss = _function(_point, _gradient);
        for (int i = 0; i < _point.Length; i++)
            _parameter.Gradients[i] = (float)_gradient[i];
        return loss;
    }

    /// <summary>Σ (1 + i % 3) x_i² / 2.</summary>
    public static double Bowl(ReadOnlySpan<double> x, Span<double> gradient)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            gradient[i] = (1 + i % 3) * x[i];
            sum += (1 + i % 3) * x[i] * x[i] / 2;
        }

        return sum;
    }
}
