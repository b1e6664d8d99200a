using System.Globalization;
using System.Text;

namespace TensorEngine.Files;

/// <summary>
/// Reads the Python dictionary of an .npy header: exactly the keys descr, fortran_order and shape, in any order, with texts in
/// either quotation mark, True or False, and tuples of integers, which before version 3 may end in L as in Python 2.
/// </summary>
internal ref struct NumPyDescriptionParser(string path, ReadOnlySpan<byte> header, int start, bool allowsLongSuffix)
{
    private readonly ReadOnlySpan<byte> _header = header;
    private int _position;

    public NumPyDescription Parse()
    {
        (ElementType Type, bool IsLittleEndian)? type = null;
        bool? isFortranOrder = null;
        long[]? lengths = null;
        int shapePosition = 0;
        Expect('{', "The header is not a dictionary.");
        while (!TryTake('}'))
        {
            int keyPosition = _position;
            string key = Text("A key of the header is not a text.");
            Expect(':', "A key of the header has no value.");
            SkipBlanks();
            switch (key)
            {
                case "descr" when type is null:
                    type = Type();
                    break;
                case "fortran_order" when isFortranOrder is null:
                    isFortranOrder = Boolean();
                    break;
                case "shape" when lengths is null:
                    shapePosition = _position;
                    lengths = Tuple();
                    break;
                default:
                    throw Wrong(
                        $"The key {Excerpt.Quoted(key)} is unknown or appears twice; an .npy header has descr, fortran_order and shape.",
                        keyPosition);
            }

            if (!TryTake(',') && !Peek('}'))
                throw Wrong("A comma or the end of the dictionary is missing.", _position);
        }

        SkipBlanks();
        if (_position < _header.Length)
            throw Wrong("Something follows the dictionary.", _position);
        if (type is null || isFortranOrder is null || lengths is null)
            throw Wrong($"The header has no {(type is null ? "descr" : isFortranOrder is null ? "fortran_order" : "shape")}.", 0);
        long elements = Count(lengths, type.Value.Type, shapePosition);
        return new(type.Value.Type, type.Value.IsLittleEndian, isFortranOrder.Value, lengths, elements);
    }

    private readonly long Count(long[] lengths, ElementType type, int position)
    {
        // As in a safetensors header, whether the lengths can be multiplied does not depend on those that are 0.
        long others = type.Bits() / 8;
        bool isEmpty = false;
        foreach (long length in lengths)
        {
            isEmpty |= length == 0;
            if (length != 0 && others > long.MaxValue / length)
                throw Wrong($"The shape is {Excerpt.Of(lengths)}, more than {long.MaxValue} bytes.", position);
            if (length != 0)
                others *= length;
        }

        return isEmpty ? 0 : others / (type.Bits() / 8);
    }

    private (ElementType Type, bool IsLittleEndian) Type()
    {
        int position = _position;
        if (Peek('['))
            throw Unknown("The descr is a list; arrays of records are not read.", position);
        string code = Text("The descr is not a text.");
        return NumPyDescription.Find(code)
            ?? throw Unknown($"The descr is {Excerpt.Quoted(code)}; f2, f4, f8, i1 to i8, u1 to u8 and b1 are read.", position);
    }

    private bool Boolean()
    {
        foreach ((bool value, string word) in new[] { (true, "True"), (false, "False") })
        {
            if (_header[_position..].StartsWith(Encoding.ASCII.GetBytes(word)))
            {
                _position += word.Length;
                return value;
            }
        }

        throw Wrong("The fortran_order is neither True nor False.", _position);
    }

    private long[] Tuple()
    {
        const string NoTuple = "The shape is not a tuple of integers of at least 0.";
        int position = _position;
        Expect('(', NoTuple);
        var lengths = new List<long>();
        bool hasComma = true;
        while (!TryTake(')'))
        {
            if (!hasComma)
                throw Wrong(NoTuple, _position);
            if (lengths.Count == NumPyHeader.MaxRank)
                throw Wrong($"The shape has more than {NumPyHeader.MaxRank} dimensions.", _position);
            lengths.Add(Integer(NoTuple));
            hasComma = TryTake(',');
        }

        // In Python (3) is no tuple.
        return lengths.Count != 1 || hasComma ? [.. lengths] : throw Wrong(NoTuple, position);
    }

    private long Integer(string reason)
    {
        SkipBlanks();
        int first = _position;
        while (_position < _header.Length && char.IsAsciiDigit((char)_header[_position]))
            _position++;
        if (!long.TryParse(_header[first.._position], NumberStyles.None, CultureInfo.InvariantCulture, out long value))
            throw Wrong(reason, first);
        if (allowsLongSuffix && Peek('L'))
            _position++;
        return value;
    }

    private string Text(string reason)
    {
        SkipBlanks();
        int first = _position;
        if (!Peek('\'') && !Peek('"'))
            throw Wrong(reason, first);
        byte quotationMark = _header[_position++];
        int length = _header[_position..].IndexOf(quotationMark);
        if (length < 0)
            throw Wrong("A text has no end.", first);
        string text = Encoding.Latin1.GetString(_header.Slice(_position, length));
        _position += length + 1;
        return text;
    }

    private void SkipBlanks()
    {
        while (_position < _header.Length && _header[_position] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            _position++;
    }

    private readonly bool Peek(char character) => _position < _header.Length && _header[_position] == character;

    private bool TryTake(char character)
    {
        SkipBlanks();
        bool isThere = Peek(character);
        if (isThere)
            _position++;
        return isThere;
    }

    private void Expect(char character, string reason)
    {
        if (!TryTake(character))
            throw Wrong(reason, _position);
    }

    private readonly InvalidFileException Wrong(string reason, int position) => new(path, start + position, reason);

    /// <summary>For what NumPy may know, and we do not.</summary>
    private readonly InvalidFileException Unknown(string reason, int position) =>
        new(path, start + position, reason) { IsOfUnknownKind = true };
}
