namespace TensorEngine.Files;

/// <content>Checks the offsets in a header: every byte of the data must belong to exactly one tensor.</content>
internal ref partial struct SafeTensorsHeaderParser
{
    private readonly StoredTensor MakeTensor(string name, ElementType type, long[] lengths, (long Begin, long End) offsets, int position)
    {
        // Lengths that are 0 are left out: whether the others can be multiplied must not depend on their order.
        long others = 1;
        bool isEmpty = false;
        foreach (long length in lengths)
        {
            isEmpty |= length == 0;
            if (length != 0 && others > long.MaxValue / length)
                throw TooLarge(lengths, type, name, position);
            if (length != 0)
                others *= length;
        }

        if (others > long.MaxValue / type.Bits())
            throw TooLarge(lengths, type, name, position);
        long elements = isEmpty ? 0 : others;
        long bits = elements * type.Bits();
        if (bits % 8 != 0)
        {
            throw new InvalidFileException(
                _path, position, $"{Excerpt.Quoted(name)} has {elements} elements of {type.Bits()} bits, which do not fill whole bytes.");
        }

        (long begin, long end) = offsets;
        long available = _fileLength - DataStart;
        if (begin > end || end > available)
        {
            throw new InvalidFileException(
                _path,
                position,
                $"{Excerpt.Quoted(name)} has data_offsets [{begin}, {end}]; they must rise and end within the {available} bytes of data.");
        }

        if (end - begin != bits / 8)
        {
            throw new InvalidFileException(
                _path,
                position,
                $"{Excerpt.Quoted(name)} has data_offsets [{begin}, {end}], {end - begin} bytes; "
                    + $"{Excerpt.Of(lengths)} of {type.Name()} takes {bits / 8}.");
        }

        return new StoredTensor(name, type, lengths, elements, DataStart + begin, end - begin, position);
    }

    private static int CompareExtents(StoredTensor a, StoredTensor b) =>
        a.Offset != b.Offset ? a.Offset.CompareTo(b.Offset) : a.ByteLength.CompareTo(b.ByteLength);

    private readonly InvalidFileException TooLarge(long[] lengths, ElementType type, string name, int position) =>
        new(
            _path,
            position,
            $"{Excerpt.Quoted(name)} has the shape {Excerpt.Of(lengths)} of {type.Name()}, more than {long.MaxValue} bits.");

    private readonly void CheckLayout(StoredTensor[] tensors)
    {
        // Most files have them in order.
        for (int i = 1; i < tensors.Length; i++)
        {
            if (CompareExtents(tensors[i - 1], tensors[i]) > 0)
            {
                Array.Sort(tensors, CompareExtents);
                break;
            }
        }

        long end = DataStart;
        for (int i = 0; i < tensors.Length; i++)
        {
            StoredTensor tensor = tensors[i];
            tensor.Index = i;
            if (tensor.Offset != end)
            {
                string what = tensor.Offset < end ? "overlap the tensor before them" : "leave a gap after the tensor before them";
                throw new InvalidFileException(
                    _path,
                    tensor.HeaderOffset,
                    $"The bytes of {Excerpt.Quoted(tensor.Name)} start at {tensor.Offset - DataStart} and {what}, "
                        + $"which ends at {end - DataStart}.");
            }

            end += tensor.ByteLength;
        }

        if (end != _fileLength)
        {
            throw new InvalidFileException(
                _path, end, $"{_fileLength - end} bytes follow the last tensor; every byte must belong to a tensor.");
        }
    }
}
