namespace TensorEngine.Files;

/// <summary>
/// Reads and writes arrays in NumPy's .npy files. It reads versions 1 to 3, row-major and column-major (Fortran order), little- and
/// big-endian, and the types f2, f4, f8, i1 to i8, u1 to u8 and b1, also written as letters (<c>=f</c>) and names (<c>float32</c>). It
/// writes floats, little-endian and row-major, with the same bytes as <c>np.save</c>.
/// </summary>
/// <remarks>
/// The types f2, f4, i1, u1, i2, u2 and b1 (0 and 1) are converted to floats exactly; f8, i4, u4, i8 and u8 are rounded once to the nearest
/// float, ties to even, and f8 beyond the largest float becomes infinity. Arrays of records and of objects, bytes after the array, headers
/// of more than 10,000 bytes, more than 64 dimensions, and lengths whose product overflows in any order are refused. The format:
/// <see href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html"/>.
/// </remarks>
public static class NumPyFile
{
    /// <summary>Reads an array. The file's length is checked against its header before any memory is allocated.</summary>
    /// <param name="path">The file.</param>
    /// <param name="progress">Receives a report after each 8 MiB read, if the elements take more than 64 MiB.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="ArgumentNullException"><paramref name="path"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="DirectoryNotFoundException">The directory does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">The caller may not read the file, or the path is a directory.</exception>
    /// <exception cref="InvalidFileException">
    /// The file is not an .npy file of a known version and type, or has too many elements for an array.
    /// </exception>
    /// <exception cref="IOException">An I/O error occurs while reading.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static NumPyArray Load(string path, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        using FileStream file = InputFile.OpenStream(path, bufferSize: 0);
        return Read(file, path, progress, cancellationToken);
    }

    /// <summary>
    /// Reads an array from a stream, from its position to its end. The length is checked against the header before any memory is allocated.
    /// </summary>
    /// <param name="stream">
    /// A readable, seekable stream. Copy any other stream into a <see cref="MemoryStream"/> or a file first. It stays open.
    /// </param>
    /// <param name="progress">Receives a report after each 8 MiB read, if the elements take more than 64 MiB.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="stream"/> cannot be read or cannot seek.</exception>
    /// <exception cref="InvalidFileException">
    /// The bytes are not an .npy file of a known version and type, or have too many elements for an array.
    /// </exception>
    /// <exception cref="IOException">An I/O error occurs while reading.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static NumPyArray Load(
        Stream stream, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Read(StreamArgument.ToRead(stream), StreamArgument.NameOf(stream), progress, cancellationToken);

    /// <summary>Reads an array into the caller's memory, in row-major order, without a second copy.</summary>
    /// <param name="path">The file.</param>
    /// <param name="destination">Receives the elements.</param>
    /// <param name="shape">The lengths that the array must have; its product is the length of <paramref name="destination"/>.</param>
    /// <param name="progress">Receives a report after each 8 MiB read, if the elements take more than 64 MiB.</param>
    /// <param name="cancellationToken">Cancels the work; <paramref name="destination"/> then has the elements read so far.</param>
    /// <exception cref="ArgumentNullException"><paramref name="path"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="path"/> is empty, or <paramref name="destination"/> does not have the length of <paramref name="shape"/>.
    /// </exception>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="DirectoryNotFoundException">The directory does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">The caller may not read the file, or the path is a directory.</exception>
    /// <exception cref="InvalidFileException">
    /// The file is not an .npy file of a known version and type, or its array has a different shape; nothing was written to
    /// <paramref name="destination"/> then.
    /// </exception>
    /// <exception cref="IOException">An I/O error occurs while reading.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static void LoadInto(
        string path,
        Span<float> destination,
        Shape shape,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        Require.SameCount(destination.Length, shape, nameof(destination));
        using FileStream file = InputFile.OpenStream(path, bufferSize: 0);
        ReadInto(file, path, destination, shape, progress, cancellationToken);
    }

    /// <summary>Reads an array from a stream, from its position to its end, into the caller's memory.</summary>
    /// <param name="stream">
    /// A readable, seekable stream. Copy any other stream into a <see cref="MemoryStream"/> or a file first. It stays open.
    /// </param>
    /// <param name="destination">Receives the elements.</param>
    /// <param name="shape">The lengths that the array must have; its product is the length of <paramref name="destination"/>.</param>
    /// <param name="progress">Receives a report after each 8 MiB read, if the elements take more than 64 MiB.</param>
    /// <param name="cancellationToken">Cancels the work; <paramref name="destination"/> then has the elements read so far.</param>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="stream"/> cannot be read or cannot seek, or <paramref name="destination"/> does not have the length of
    /// <paramref name="shape"/>.
    /// </exception>
    /// <exception cref="InvalidFileException">
    /// The bytes are not an .npy file of a known version and type, or its array has a different shape; nothing was written to
    /// <paramref name="destination"/> then.
    /// </exception>
    /// <exception cref="IOException">An I/O error occurs while reading.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static void LoadInto(
        Stream stream,
        Span<float> destination,
        Shape shape,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        StreamArgument.ToRead(stream);
        Require.SameCount(destination.Length, shape, nameof(destination));
        ReadInto(stream, StreamArgument.NameOf(stream), destination, shape, progress, cancellationToken);
    }

    /// <summary>
    /// Writes an array with the same bytes as <c>np.save</c>. The file is written atomically, as with <see cref="SafeTensorsFile"/>.
    /// </summary>
    /// <param name="path">The path of the file, by convention ending in .npy; an existing file is replaced.</param>
    /// <param name="values">The elements, in row-major order.</param>
    /// <param name="shape">The lengths of the dimensions; at most 64 dimensions.</param>
    /// <param name="progress">Receives a report after each 8 MiB written, if the elements take more than 64 MiB.</param>
    /// <param name="cancellationToken">Cancels the work; the old file stays.</param>
    /// <exception cref="ArgumentNullException"><paramref name="path"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="path"/> is empty; <paramref name="values"/> does not have the length of <paramref name="shape"/>; or the shape has
    /// more than 64 dimensions.
    /// </exception>
    /// <exception cref="DirectoryNotFoundException">The directory does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">The caller may not write to the directory, or the path is a directory.</exception>
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
        FileReplacement.Write(
            path, new Content(values, shape, progress, cancellationToken), static (file, content) => content.WriteTo(file));
    }

    /// <summary>Writes the same bytes to a stream, starting at its position.</summary>
    /// <param name="stream">A writable stream, which need not be seekable. The caller flushes and closes it.</param>
    /// <param name="values">The elements, in row-major order.</param>
    /// <param name="shape">The lengths of the dimensions; at most 64 dimensions.</param>
    /// <param name="progress">Receives a report after each 8 MiB written, if the elements take more than 64 MiB.</param>
    /// <param name="cancellationToken">Cancels the work; what has been written by then stays in the stream.</param>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="stream"/> is not writable; <paramref name="values"/> does not have the length of <paramref name="shape"/>; or the
    /// shape has more than 64 dimensions. Nothing was written then.
    /// </exception>
    /// <exception cref="IOException">An I/O error occurs while writing.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static void Save(
        Stream stream,
        ReadOnlySpan<float> values,
        Shape shape,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        StreamArgument.ToWrite(stream);
        new Content(values, shape, progress, cancellationToken).WriteTo(stream);
    }

    /// <summary>Reads the array that a header describes into a new array.</summary>
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
            throw new ArgumentException($"{argument} has {rank} dimensions; NumPy supports at most {NumPyHeader.MaxRank}.", argument);
    }

    // No buffer of the stream's: the reads are large, but for the few of the header.
    private static NumPyArray Read(Stream file, string path, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        NumPyHeader header = NumPyHeader.Read(file, LengthOf(file), path);
        return ReadArray(file, header, path, new Transfer(header.Array.ByteLength, progress, cancellationToken));
    }

    private static void ReadInto(
        Stream file,
        string path,
        Span<float> destination,
        Shape shape,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        NumPyHeader header = NumPyHeader.Read(file, LengthOf(file), path);
        if (!StoredTensor.AreLengthsOf(shape, header.Array.Lengths))
            throw new InvalidFileException(path, 0, $"The array has the shape {Excerpt.Of(header.Array.Lengths)}; it must have {shape}.");
        NumPyData.Read(file, header, destination, path, new Transfer(header.Array.ByteLength, progress, cancellationToken));
    }

    private static long LengthOf(Stream file) => Math.Max(0, file.Length - file.Position);

    private readonly ref struct Content
    {
        private readonly byte[] _header;
        private readonly ReadOnlySpan<float> _values;
        private readonly Transfer _transfer;

        public Content(
            ReadOnlySpan<float> values, Shape shape, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
        {
            Require.SameCount(values.Length, shape, nameof(values));
            CheckRank(shape.Rank, nameof(shape));
            _header = NumPyHeader.Write(ElementType.F32, StoredTensor.LengthsOf(shape));
            _values = values;
            _transfer = new Transfer(sizeof(float) * (long)values.Length, progress, cancellationToken);
        }

        public void WriteTo(Stream file)
        {
            file.Write(_header);
            FileElements.Write(file, _values, _transfer);
        }
    }
}
