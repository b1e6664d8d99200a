using TensorEngine.Numerics.Convolutions;

namespace TensorEngine.Tests.Numerics.Convolutions;

/// <summary>A convolution and its gradients by the definition, in double.</summary>
internal sealed class ConvolutionOracle
{
    private readonly ConvolutionGeometry _geometry;

    public ConvolutionOracle(ConvolutionGeometry geometry, float[] input, float[] weights, float[] bias, float[] outputGradient)
    {
        _geometry = geometry;
        Output = new double[geometry.OutputLength];
        InputGradient = new double[geometry.InputLength];
        WeightGradient = new double[geometry.WeightLength];
        BiasGradient = new double[geometry.OutputChannels];
        for (int output = 0; output < Output.Length; output++)
        {
            int channel = output / (geometry.Vertical.Output * geometry.Horizontal.Output) % geometry.OutputChannels;
            Output[output] = bias[channel];
            BiasGradient[channel] += outputGradient[output];
            foreach ((int place, int weight) in Seen(output))
            {
                Output[output] += (double)input[place] * weights[weight];
                InputGradient[place] += (double)outputGradient[output] * weights[weight];
                WeightGradient[weight] += (double)outputGradient[output] * input[place];
            }
        }
    }

    public double[] Output { get; }

    public double[] InputGradient { get; }

    public double[] WeightGradient { get; }

    public double[] BiasGradient { get; }

    /// <summary>The chain that is promised for every element of the output.</summary>
    public static float[] Chains(ConvolutionGeometry geometry, float[] input, float[] weights, float[] bias)
    {
        var oracle = new ConvolutionOracle(geometry, input, weights, bias, new float[geometry.OutputLength]);
        float[] output = new float[geometry.OutputLength];
        for (int i = 0; i < output.Length; i++)
        {
            output[i] = bias[i / (geometry.Vertical.Output * geometry.Horizontal.Output) % geometry.OutputChannels];
            foreach ((int place, int weight) in oracle.Seen(i))
                output[i] = MathF.FusedMultiplyAdd(weights[weight], input[place], output[i]);
        }

        return output;
    }

    // The elements of the input that an element of the output sees, and the weights by which.
    private IEnumerable<(int Place, int Weight)> Seen(int output)
    {
        (WindowAxis vertical, WindowAxis horizontal) = (_geometry.Vertical, _geometry.Horizontal);
        int x = output % horizontal.Output, y = output / horizontal.Output % vertical.Output;
        int channel = output / horizontal.Output / vertical.Output % _geometry.OutputChannels;
        int image = output / horizontal.Output / vertical.Output / _geometry.OutputChannels;
        int inputs = _geometry.InputChannels / _geometry.Groups, group = channel / (_geometry.OutputChannels / _geometry.Groups);
        for (int i = 0; i < inputs * vertical.Kernel * horizontal.Kernel; i++)
        {
            int row = y * vertical.Stride - vertical.Padding + i / horizontal.Kernel % vertical.Kernel * vertical.Dilation;
            int column = x * horizontal.Stride - horizontal.Padding + i % horizontal.Kernel * horizontal.Dilation;
            int plane = image * _geometry.InputChannels + group * inputs + i / horizontal.Kernel / vertical.Kernel;
            if (row >= 0 && row < vertical.Input && column >= 0 && column < horizontal.Input)
            {
                yield return (
                    (plane * vertical.Input + row) * horizontal.Input + column,
                    channel * inputs * vertical.Kernel * horizontal.Kernel + i);
            }
        }
    }
}
