namespace TensorEngine.Benchmarks.Workloads;

/// <summary>Work whose speed can be stated in bytes per second.</summary>
public interface IBytesPerElement
{
    /// <summary>What has to be read and written for one element.</summary>
    int BytesPerElement { get; }
}
