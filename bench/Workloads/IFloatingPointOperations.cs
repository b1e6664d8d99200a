namespace TensorEngine.Benchmarks.Workloads;

/// <summary>Work whose speed can be stated in floating-point operations per second.</summary>
public interface IFloatingPointOperations
{
    /// <summary>Multiplications and additions.</summary>
    long FloatingPointOperations { get; }
}
