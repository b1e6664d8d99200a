namespace TensorEngine;

/// <summary>State of a parameter that takes fewer bytes than floats; a file holds its codes.</summary>
internal interface ICodedState
{
    Shape Shape { get; }

    /// <summary>The codes of the elements.</summary>
    Memory<byte> Codes { get; }

    /// <summary>The scales of blocks of elements, of which the last may be shorter; empty if there are none.</summary>
    Memory<byte> Scales { get; }

    /// <summary>The name of the scales in a file, which determines the meaning of the codes; null if there are none.</summary>
    string? ScaleName { get; }

    /// <summary>Encodes floats, such as those saved with another codec.</summary>
    void Encode(ReadOnlySpan<float> source);
}
