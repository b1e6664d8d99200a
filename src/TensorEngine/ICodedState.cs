namespace TensorEngine;

/// <summary>State of a parameter that is kept in fewer bytes than floats take: what a file has of it are the codes.</summary>
internal interface ICodedState
{
    Shape Shape { get; }

    /// <summary>The codes of the elements.</summary>
    Memory<byte> Codes { get; }

    /// <summary>The scales of blocks of elements, behind which the last may be shorter; empty if there are none.</summary>
    Memory<byte> Scales { get; }

    /// <summary>What the scales are called in a file; what the codes mean follows from it. Null if there are none.</summary>
    string? ScaleName { get; }

    /// <summary>Takes floats over, as what was saved by another codec.</summary>
    void Encode(ReadOnlySpan<float> source);
}
