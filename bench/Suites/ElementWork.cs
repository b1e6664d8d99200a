using BenchmarkDotNet.Running;
using TensorEngine.Benchmarks.Workloads;

namespace TensorEngine.Benchmarks.Suites;

/// <summary>A benchmark that does something to each of many elements: its parameter Elements says how many.</summary>
/// <param name="Elements">The number of elements.</param>
/// <param name="BytesPerElement">What has to be read and written for one of them.</param>
internal sealed record ElementWork(long Elements, int BytesPerElement)
{
    /// <summary>The parameter that says how many elements there are.</summary>
    public const string Parameter = "Elements";

    public static ElementWork? Of(BenchmarkCase benchmark)
    {
        if (benchmark.Parameters[Parameter] is not int elements)
            return null;
        int bytes = benchmark.Parameters.Items.Select(item => item.Value).OfType<IBytesPerElement>().FirstOrDefault()?.BytesPerElement ?? sizeof(float);
        return new ElementWork(elements, bytes);
    }
}
