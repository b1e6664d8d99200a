using TensorEngine.Benchmarks.Workloads;

namespace TensorEngine.Benchmarks.Tool.Kernels;

/// <summary>The memory of a kernel while it is timed.</summary>
/// <param name="large">Past the caches; kernels use it one after the other, as the system takes long to give so much.</param>
internal sealed class KernelScope(Lazy<StepBuffers> large) : IDisposable
{
    private readonly Stack<IDisposable> _owned = [];

    /// <summary>Buffers that are filled as at first.</summary>
    public StepBuffers Buffers(int length)
    {
        if (length != Kernel.PastCaches)
            return Own(new StepBuffers(length));
        if (large.IsValueCreated)
            large.Value.Fill();
        return large.Value;
    }

    /// <summary>Takes over a resource, until the kernel has been timed.</summary>
    public T Own<T>(T resource)
        where T : IDisposable
    {
        _owned.Push(resource);
        return resource;
    }

    public void Dispose()
    {
        while (_owned.TryPop(out IDisposable? resource))
            resource.Dispose();
    }
}
