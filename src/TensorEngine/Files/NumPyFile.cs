namespace TensorEngine.Files;

/// <summary>
/// Arrays in NumPy's .npy files. Read: versions 1 to 3, row-major and column-major (Fortran order), little- and big-endian, the
/// types f2, f4, f8, i1 to i8, u1 to u8 and b1. Written: floats, little-endian and row-major, the bytes that <c>np.save</c> writes.
/// </summary>
/// <remarks>
/// As floats f2, f4, i1, u1, i2, u2 and b1 (0 and 1) are exact; f8, i4, u4, i8 and u8 are rounded once to the nearest float, ties to
/// even, f8 beyond the largest float to an infinity. Refused: arrays of records and of objects, bytes after the array, headers of
/// more than 10,000 bytes, more than 64 dimensions, lengths that overflow in any order. The format:
/// <see href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html"/>.
/// </remarks>
public static class NumPyFile
{
    /// <summary>Reads an array. The file's length must be what its header says before any memory is taken.</summary>
    /// <param name="path">The file.</param>
    /// <param name="progress">Told after every 8 MiB how much was read, if the elements take more than 64 MiB.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="ArgumentNullException"><paramref name="path"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be read, or is a folder.</exception>
    /// <exception cref="InvalidFileException">
    /// The file is not an .npy file of a known version and type, or has more elements than an array can.
    /// </exception>
    /// <exception cref="IOException">The system fails to read.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static NumPyArray Load(string path, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        using FileStream file = Open(path);
        NumPyHeader header = NumPyHeader.Read(file, file.Length, path);
        return ReadArray(file, header, path, new Transfer(header.Array.ByteLength, progress, cancellationToken));
    }

    /// <summary>Reads an array into memory of the caller's, row by row, without a second copy.</summary>
    /// <param name="path">The file.</param>
    /// <param name="destination">The elements.</param>
    /// <param name="shape">The lengths that the array must have; its product is the length of <paramref name="destination"/>.</param>
    /// <param name="progress">Told after every 8 MiB how much was read, if the elements take more than 64 MiB.</param>
    /// <param name="cancellationToken">Ends the work early; what was read by then is in <paramref name="destination"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="path"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="path"/> is empty, or <paramref name="destination"/> has another length than <paramref name="shape"/>.
    /// </exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be read, or is a folder.</exception>
    /// <exception cref="InvalidFileException">
    /// The file is not an .npy file of a known version and type, or its array has another shape; nothing was written to
    /// <paramref name="destination"/> then.
    /// </exception>
    /// <exception cref="IOException">The system fails to read.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static void LoadInto(
        string path,
        Span<float> destination,
        Shape shape,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        Require.SameCount(destination.Length, shape, nameof(destination));
        using FileStream file = Open(path);
        NumPyHeader header = NumPyHeader.Read(file, file.Length, path);
        if (!StoredTensor.AreLengthsOf(shape, header.Array.Lengths))
            throw new InvalidFileException(path, 0, $"The array has the shape {Excerpt.Of(header.Array.Lengths)}; it must have {shape}.");
        NumPyData.Read(file, header, destination, path, new Transfer(header.Array.ByteLength, progress, cancellationToken));
    }

    /// <summary>
    /// Writes an array, the bytes that <c>np.save</c> writes for it. At every moment the old or the new file is whole, as with
    /// <see cref="SafeTensorsFile.Save"/>.
    /// </summary>
    /// <param name="path">The file; one that exists is replaced. NumPy's end in .npy.</param>
    /// <param name="values">The elements, row by row.</param>
    /// <param name="shape">The lengths of the dimensions, at most 64 of them.</param>
    /// <param name="progress">Told after every 8 MiB how much was written, if the elements take more than 64 MiB.</param>
    /// <param name="cancellationToken">Ends the work early; the old file stays.</param>
    /// <exception cref="ArgumentNullException"><paramref name="path"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="path"/> is empty; <paramref name="values"/> has another length than <paramref name="shape"/>; or the shape has
    /// more than 64 dimensions.
    /// </exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder must not be written to, or the path is that of a folder.</exception>
    /// <exception cref="IOException">The system fails to write: the disk is full, for instance.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static void Save(
        string path,
        ReadOnlySpan<float> values,
        Shape shape,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Require.SameCount(values.Length, shape, nameof(values));
        CheckRank(shape.Rank, nameof(shape));
        byte[] header = NumPyHeader.Write(ElementType.F32, StoredTensor.LengthsOf(shape));
        var transfer = new Transfer(sizeof(float) * (long)values.Length, progress, cancellationToken);
        FileReplacement.Write(path, new Content(header, values, transfer), static (file, content) => content.WriteTo(file));
    }

    /// <summary>Reads the array that a header describes into an array of its own.</summary>
    internal static NumPyArray ReadArray(Stream file, NumPyHeader header, string path, Transfer transfer)
    {
        if (header.Array.ElementCount > Array.MaxLength)
        {
            throw new InvalidFileException(
                path, 0, $"The array has {header.Array.ElementCount} elements; at most {Array.MaxLength} fit into an array of .NET.");
        }

        float[] values = GC.AllocateUninitializedArray<float>((int)header.Array.ElementCount);
        NumPyData.Read(file, header, values, path, transfer);
        return new NumPyArray(header.Array.Lengths, values);
    }

    internal static void CheckRank(int rank, string argument)
    {
        if (rank > NumPyHeader.MaxRank)
            throw new ArgumentException($"{argument} has {rank} dimensions; NumPy knows at most {NumPyHeader.MaxRank}.", argument);
    }

    // The reads are large or come from a buffer of the reader's.
    private static FileStream Open(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);

    private readonly ref struct Content(byte[] header, ReadOnlySpan<float> values, Transfer transfer)
    {
        private readonly ReadOnlySpan<float> _values = values;

        public void WriteTo(Stream file)
        {
            file.Write(header);
            FileElements.Write(file, _values, transfer);
        }
    }
}
