namespace TensorEngine.Tests.Catalog;

/// <summary>
/// What the pages <c>Optimizers.md</c> and <c>WhichOptimizer.md</c> say of an optimizer and nothing else tells; their tables are made from
/// the catalogs' rows.
/// </summary>
public sealed record OptimizerPage
{
    /// <summary>The step, as short as it can be written.</summary>
    public required string Step { get; init; }

    /// <summary>When to take it and where it fails: the rest of a sentence that begins with its name.</summary>
    public required string Advice { get; init; }

    /// <summary>The optimizer of torch.optim that it follows, where the row has no recordings of one; empty for one of the same name.</summary>
    public string Counterpart { get; init; } = "none";

    /// <summary>The number of state buffers, where no settings tell it.</summary>
    public string States { get; init; } = "";

    /// <summary>The bytes of state per element, where no settings tell them.</summary>
    public string StateBytes { get; init; } = "";

    /// <summary>What a step reads and writes: bytes per element or passes, where no settings tell it.</summary>
    public string Traffic { get; init; } = "";
}
