using System.Runtime.InteropServices;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Benchmarks.Workloads;

/// <summary>The constants of one step of Adam, computed as AdamRule does. The layout is that of AdamConstants in adam_loop.cpp.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct AdamConstants(double learningRate, double beta1, double beta2, double epsilon, long step)
{
    public readonly float Beta1 = (float)beta1;
    public readonly float Share1 = (float)(1 - beta1);
    public readonly float Beta2 = (float)beta2;
    public readonly float Share2 = (float)(1 - beta2);
    public readonly float MinusRate = (float)(-learningRate / (1 - Math.Pow(beta1, step)));
    public readonly float Correction2 = (float)(1 / Math.Sqrt(1 - Math.Pow(beta2, step)));
    public readonly float Epsilon = (float)epsilon;
    public readonly float FlushRoot = Flush.RootBelow(1 - beta2, epsilon);

    public AdamConstants(AdamOptions options, long step)
        : this(options.LearningRate, options.Beta1, options.Beta2, options.Epsilon, step)
    {
    }

    public AdamConstants(AdamWOptions options, long step)
        : this(options.LearningRate, options.Beta1, options.Beta2, options.Epsilon, step)
    {
    }
}
