using System.Runtime.InteropServices;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Benchmarks.Workloads;

/// <summary>The constants of one step of Adam, computed as AdamRule does. The layout is that of AdamConstants in adam_loop.cpp.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct AdamConstants(AdamOptions options, long step)
{
    public readonly float Beta1 = (float)options.Beta1;
    public readonly float Share1 = (float)(1 - options.Beta1);
    public readonly float Beta2 = (float)options.Beta2;
    public readonly float Share2 = (float)(1 - options.Beta2);
    public readonly float MinusRate = (float)(-options.LearningRate / (1 - Math.Pow(options.Beta1, step)));
    public readonly float Correction2 = (float)(1 / Math.Sqrt(1 - Math.Pow(options.Beta2, step)));
    public readonly float Epsilon = (float)options.Epsilon;
    public readonly float FlushRoot = Flush.RootBelow(1 - options.Beta2, options.Epsilon);
}
