namespace TensorEngine.Tests.Files;

/// <summary>A file that is no .npy file: its bytes, and where and why it must be refused.</summary>
public sealed record NumPyCase(string Name, byte[] Bytes, long Offset, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>.npy files that must be refused: NumPy's own reasons, and ours.</summary>
public static class NumPyCases
{
    private const string NoTuple = "not a tuple of integers";
    private const string Sound = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";

    public static IEnumerable<NumPyCase> All => [.. Prefixes, .. Dictionaries, .. Values, .. Data];

    private static NumPyCase[] Prefixes =>
    [
        new("empty file", [], 0, "ends here, in the magic string and the version: 8 bytes expected, 0 found"),
        new("cut off in the magic string", [0x93, .. "NUM"u8], 4, "8 bytes expected, 4 found"),
        new("text", "text, not numbers"u8.ToArray(), 0, "starts with 746578742C20"),
        new("zip archive", [.. "PK"u8, 3, 4, 0, 0, 0, 0], 0, "starts with 504B03040000"),
        new("version 0", NumPyBytes.Make(Sound, 24, version: 0), 6, "version is 0.0"),
        new("version 4", NumPyBytes.Make(Sound, 24, version: 4), 6, "version is 4.0; 1.0, 2.0 and 3.0"),
        new("version 1.1", [0x93, .. "NUMPY"u8, 1, 1, 0, 0], 6, "version is 1.1"),
        new("cut off in the length", [0x93, .. "NUMPY"u8, 2, 0, 5, 0], 10, "in the length of the header: 4 bytes expected, 2 found"),
        new("cut off in the header", NumPyBytes.Make(Sound, 24)[..30], 30, "in the header: 60 bytes expected, 20 found"),
        new("header of 4 GiB", [0x93, .. "NUMPY"u8, 2, 0, 0xFF, 0xFF, 0xFF, 0xFF], 8, "claims 4294967295 bytes; at most 10000"),
        new("header of 10,001 bytes", NumPyBytes.Make(Sound + new string(' ', 10_000 - Sound.Length), 24), 8, "claims 10001 bytes"),
    ];

    private static NumPyCase[] Dictionaries =>
    [
        new("empty header", NumPyBytes.Make("", 24), 11, "not a dictionary"),
        Of("list", "^[]", "not a dictionary"),
        new("unclosed dictionary", NumPyBytes.Make("{'descr': '<f4'", 24), 26, "A comma or the end"),
        Of("no comma", "{'descr': '<f4' ^'fortran_order': False, 'shape': (2, 3)}", "A comma or the end"),
        Of("two commas", "{'descr': '<f4',^, 'fortran_order': False, 'shape': (2, 3)}", "key of the header is not a text"),
        Of("no colon", "{'descr' ^'<f4'}", "has no value"),
        Of("something after it", Sound + " ^x", "follows the dictionary"),
        Of("zero byte after it", Sound + "^\0", "follows the dictionary"),
        Of("no descr", "^{'fortran_order': False, 'shape': (2, 3)}", "no descr"),
        Of("no fortran_order", "^{'descr': '<f4', 'shape': (2, 3)}", "no fortran_order"),
        Of("no shape", "^{'descr': '<f4', 'fortran_order': False}", "no shape"),
        Of("unknown key", "{^'order': 'C', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}", "\"order\" is unknown or appears twice"),
        Of("key twice", "{'descr': '<f4', ^'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}", "\"descr\" is unknown or appears twice"),
        Of("unclosed text", "{^'descr: 1}", "A text has no end"),
        Of("code instead of a literal", "{'descr': ^__import__('os'), 'fortran_order': False, 'shape': (2, 3)}", "descr is not a text"),
    ];

    private static NumPyCase[] Values =>
    [
        Of("objects", "{'descr': ^'|O', 'fortran_order': False, 'shape': (2, 3)}", "descr is \"|O\""),
        Of("records", "{'descr': ^[('a', '<f4')], 'fortran_order': False, 'shape': (2, 3)}", "arrays of records"),
        Of("complex numbers", "{'descr': ^'<c8', 'fortran_order': False, 'shape': (2, 3)}", "descr is \"<c8\""),
        Of("texts", "{'descr': ^'<U4', 'fortran_order': False, 'shape': (2, 3)}", "descr is \"<U4\""),
        Of("two byte orders", "{'descr': ^'<>f4', 'fortran_order': False, 'shape': (2, 3)}", "descr is \"<>f4\""),
        Of("a byte order before a name", "{'descr': ^'<float32', 'fortran_order': False, 'shape': (2, 3)}", "descr is \"<float32\""),
        Of("a byte order of nothing", "{'descr': ^'=', 'fortran_order': False, 'shape': (2, 3)}", "descr is \"=\""),
        Of("no letter", "{'descr': ^'', 'fortran_order': False, 'shape': (2, 3)}", "descr is \"\""),
        Of("descr of a thousand letters", $"{{'descr': ^'{new string('f', 1000)}', 'fortran_order': False, 'shape': (2, 3)}}", "fff...fff"),
        Of("fortran_order that is a number", "{'descr': '<f4', 'fortran_order': ^0, 'shape': (2, 3)}", "neither True nor False"),
        Of("shape that is a list", "{'descr': '<f4', 'fortran_order': False, 'shape': ^[2, 3]}", NoTuple),
        Of("shape that is a number", "{'descr': '<f4', 'fortran_order': False, 'shape': ^6}", NoTuple),
        Of("shape that is a number in parentheses", "{'descr': '<f4', 'fortran_order': False, 'shape': ^(6)}", NoTuple),
        Of("negative length", "{'descr': '<f4', 'fortran_order': False, 'shape': (^-2, 3)}", NoTuple),
        Of("fractional length", "{'descr': '<f4', 'fortran_order': False, 'shape': (2^.0, 3)}", NoTuple),
        Of("length that is True", "{'descr': '<f4', 'fortran_order': False, 'shape': (^True, 3)}", NoTuple),
        Of("length that is a text", "{'descr': '<f4', 'fortran_order': False, 'shape': (^'2', 3)}", NoTuple),
        Of("length that overflows", "{'descr': '<f4', 'fortran_order': False, 'shape': (^9223372036854775808,)}", NoTuple),
        Of("product that overflows", "{'descr': '<f4', 'fortran_order': False, 'shape': ^(4294967296, 2147483648)}", "more than 9223372036854775807 bytes"),
        Of("product that overflows before a length of 0", "{'descr': '<f4', 'fortran_order': False, 'shape': ^(4294967296, 4294967296, 0)}", "more than"),
        Of("65 dimensions", $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({string.Concat(Enumerable.Repeat("1, ", 64))}^1)}}", "more than 64 dimensions"),
        Of("long integer of Python 2 in version 3", "{'descr': '<f4', 'fortran_order': False, 'shape': (2^L, 3)}", NoTuple, version: 3),
    ];

    private static NumPyCase[] Data =>
    [
        new("no data", NumPyBytes.Make(Sound, 0), 10 + Sound.Length + 1, "ends after 0 bytes of data; [2, 3] of F32 takes 24"),
        new("a byte too few", NumPyBytes.Make(Sound, 23), 10 + Sound.Length + 1 + 23, "ends after 23 bytes of data"),
        new("a byte too many", NumPyBytes.Make(Sound, 25), 10 + Sound.Length + 1 + 24, "1 bytes follow the array"),
        new("a million million elements", NumPyBytes.Make("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000, 1000000)}", 8), 88, "takes 4000000000000"),
        new("a truth of 2", [.. NumPyBytes.Make("{'descr': '|b1', 'fortran_order': False, 'shape': (3,)}", 2), 2], 68, "The element is 2"),
    ];

    // The mark ^ stands before what is wrong and is not in the file.
    private static NumPyCase Of(string name, string markedHeader, string reason, byte version = 1)
    {
        int mark = markedHeader.IndexOf('^', StringComparison.Ordinal);
        return new(name, NumPyBytes.Make(markedHeader.Remove(mark, 1), 24, version), (version == 1 ? 10 : 12) + mark, reason);
    }
}
