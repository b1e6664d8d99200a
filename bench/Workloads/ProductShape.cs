namespace TensorEngine.Benchmarks.Workloads;

/// <summary>[rows, inner] times [inner, columns].</summary>
public sealed record ProductShape(int Rows, int Inner, int Columns) : IFloatingPointOperations
{
    public long FloatingPointOperations => 2L * Rows * Inner * Columns;

    public override string ToString() => $"{Rows}x{Inner}x{Columns}";
}
