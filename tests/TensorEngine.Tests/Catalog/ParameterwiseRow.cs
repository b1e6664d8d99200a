namespace TensorEngine.Tests.Catalog;

/// <summary>An optimizer that sees whole parameters: at which settings to test it, and what the pages say of it.</summary>
public sealed record ParameterwiseRow(Type Optimizer, OptimizerPage Page, IEnumerable<ParameterwiseCase> Cases);
