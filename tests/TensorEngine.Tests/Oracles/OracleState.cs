namespace TensorEngine.Tests.Oracles;

/// <summary>What an oracle keeps of a parameter from step to step, by the names that PyTorch uses.</summary>
public sealed class OracleState
{
    private readonly Dictionary<string, double[]> _arrays = [];

    /// <summary>The array of a name; zeros of the given length at first.</summary>
    public double[] this[string name, int length]
    {
        get
        {
            if (!_arrays.TryGetValue(name, out double[]? array))
                _arrays.Add(name, array = new double[length]);
            return array;
        }
    }
}
