using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace TensorEngine.Files;

/// <summary>
/// A safetensors file that is open for reading, and methods to write one. Opening a file checks the whole header and that it accounts for
/// every byte of the file; reading a tensor streams its bytes into the caller's memory. It uses at most 8 times the size of the header plus
/// 1 MiB of additional memory. Not thread-safe.
/// </summary>
/// <remarks>
/// The format: <see href="https://github.com/huggingface/safetensors"/>. As in the format's own library, the header may have JSON white
/// space around its object. Unlike that library, this class refuses unknown fields, duplicate names, names with the character with code 0,
/// lengths whose product overflows in any order, and more than 30,000 entries of metadata.
/// </remarks>
[DebuggerDisplay("{Path}, {Tensors.Count} tensors")]
public sealed class SafeTensorsFile : IDisposable
{
    private readonly FileBytes _bytes;
    private readonly TensorReader _reader;
    private readonly SafeTensorsHeader _header;
    private bool _isClosed;

    private SafeTensorsFile(ByteSource source, CancellationToken cancellationToken)
    {
        _bytes = new FileBytes(source);
        _reader = new TensorReader(_bytes);
        try
        {
            _header = SafeTensorsHeader.Read(_bytes, cancellationToken);
            Tensors = Array.AsReadOnly(_header.Tensors);
            Metadata = _header.Metadata.AsReadOnly();
        }
        catch
        {
            _bytes.Dispose();
            throw;
        }
    }

    /// <summary>The path with which the file was opened; for a stream without a path its type, such as <c>(MemoryStream)</c>.</summary>
    public string Path => _bytes.Name;

    /// <summary>The tensors in the order of their bytes, which is the fastest order to read them.</summary>
    public IReadOnlyList<StoredTensor> Tensors { get; }

    /// <summary>The texts in the header's <c>__metadata__</c>; empty if there is no such entry.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensor with the name <paramref name="name"/>.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <exception cref="KeyNotFoundException">No tensor has that name.</exception>
    public StoredTensor this[string name] =>
        TryGetValue(name, out StoredTensor? tensor)
            ? tensor
            : throw new KeyNotFoundException($"There is no tensor {Excerpt.Quoted(name)} in {Path}; it has {Tensors.Count} tensors.");

    /// <summary>Opens a file and checks its header.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="path"/> is null.</exception>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="DirectoryNotFoundException">The directory does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">The caller may not read the file, or the path is a directory.</exception>
    /// <exception cref="InvalidFileException">The file is not a safetensors file; the message has the reason and the byte.</exception>
    /// <exception cref="IOException">An I/O error occurs while reading.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static SafeTensorsFile Open(string path, CancellationToken cancellationToken = default) =>
        new(new FileSource(path), cancellationToken);

    /// <summary>Opens a stream, from its position to its end, as a file and checks its header.</summary>
    /// <param name="stream">
    /// A readable, seekable stream. Copy any other stream into a <see cref="MemoryStream"/> or a file first.
    /// </param>
    /// <param name="leaveOpen">Whether to leave the stream open when the file is closed or refused.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <remarks>Reading moves the position of the stream; do not use it for anything else until the file is closed.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="stream"/> cannot be read or cannot seek.</exception>
    /// <exception cref="InvalidFileException">
    /// The bytes are not a safetensors file; the message has the reason and the byte, counted from the position.
    /// </exception>
    /// <exception cref="IOException">An I/O error occurs while reading.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static SafeTensorsFile Open(Stream stream, bool leaveOpen = false, CancellationToken cancellationToken = default) =>
        new(new StreamSource(StreamArgument.ToRead(stream), leaveOpen), cancellationToken);

    /// <summary>
    /// Writes a file that the format's own library can read. The file is written atomically: a temporary file in the same directory is
    /// written, flushed to disk and renamed. It uses at most 8 times the size of the header plus 1 MiB of additional memory.
    /// </summary>
    /// <param name="path">The path of the file; an existing file is replaced.</param>
    /// <param name="tensors">The tensors in any order. In the file they are sorted by type, the largest first, and then by name.</param>
    /// <param name="metadata">Texts for the header's <c>__metadata__</c>, at most 30,000, or null for none.</param>
    /// <param name="progress">Receives a report after every 8 MiB that was written, if the tensors take more than 64 MiB.</param>
    /// <param name="cancellationToken">Cancels the work; the old file stays and the temporary one is deleted.</param>
    /// <remarks>
    /// If a save fails, the old file is unchanged. The temporary file of a process that was killed is deleted by the next save to the same
    /// file. If the path is a symbolic link, the link's target is replaced. On Unix the new file keeps the permissions of the old one.
    /// </remarks>
    /// <exception cref="ArgumentNullException">
    /// <paramref name="path"/> or <paramref name="tensors"/> is null, or a tensor, or a text of <paramref name="metadata"/>.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="path"/> is empty; two tensors have the same name; a text of <paramref name="metadata"/> contains an unpaired
    /// surrogate, or a name in it contains the character with code 0; or there are too many of them.
    /// </exception>
    /// <exception cref="NotSupportedException">The header would take more than 100,000,000 bytes.</exception>
    /// <exception cref="DirectoryNotFoundException">The directory does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">The caller may not write to the directory, or the path is a directory.</exception>
    /// <exception cref="IOException">An I/O error occurs while writing; for example, the disk is full.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static void Save(
        string path,
        IEnumerable<TensorContent> tensors,
        IEnumerable<KeyValuePair<string, string>>? metadata = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        SafeTensorsContent content = SafeTensorsContent.Make(tensors, metadata, progress, cancellationToken);
        FileReplacement.Write(path, content, static (file, content) => content.WriteTo(file));
    }

    /// <summary>
    /// Writes the same bytes to a stream, starting at its position. It uses at most 8 times the size of the header plus 1 MiB of additional
    /// memory.
    /// </summary>
    /// <param name="stream">A writable stream, which need not be seekable. The caller flushes and closes it.</param>
    /// <param name="tensors">The tensors in any order. In the file they are sorted by type, the largest first, and then by name.</param>
    /// <param name="metadata">Texts for the header's <c>__metadata__</c>, at most 30,000, or null for none.</param>
    /// <param name="progress">Receives a report after every 8 MiB that was written, if the tensors take more than 64 MiB.</param>
    /// <param name="cancellationToken">Cancels the work; what has been written by then stays in the stream.</param>
    /// <exception cref="ArgumentNullException">
    /// <paramref name="stream"/> or <paramref name="tensors"/> is null, or a tensor, or a text of <paramref name="metadata"/>.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="stream"/> is not writable; two tensors have the same name; a text of <paramref name="metadata"/> contains an
    /// unpaired surrogate, or a name in it contains the character with code 0; or there are too many of them. Nothing was written then.
    /// </exception>
    /// <exception cref="NotSupportedException">The header would take more than 100,000,000 bytes; nothing was written.</exception>
    /// <exception cref="IOException">An I/O error occurs while writing.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static void Save(
        Stream stream,
        IEnumerable<TensorContent> tensors,
        IEnumerable<KeyValuePair<string, string>>? metadata = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        StreamArgument.ToWrite(stream);
        SafeTensorsContent.Make(tensors, metadata, progress, cancellationToken).WriteTo(stream);
    }

    /// <summary>Finds the tensor with the name <paramref name="name"/> (ordinal comparison).</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public bool TryGetValue(string name, [MaybeNullWhen(false)] out StoredTensor tensor) =>
        _header.ByName.TryGetValue(Require.NotNull(name), out tensor);

    /// <summary>
    /// Reads a tensor as floats, in row-major order: <c>F32</c> bit for bit; <c>F16</c> and <c>BF16</c> exactly; <c>F64</c> rounded to the
    /// nearest float, ties to even, and to infinity beyond the largest float. NaN stays NaN.
    /// </summary>
    /// <param name="tensor">One of this file's tensors.</param>
    /// <param name="destination">Receives the elements; as long as the tensor.</param>
    /// <param name="progress">Receives a report after every 8 MiB that was read, if the tensor takes more than 64 MiB.</param>
    /// <param name="cancellationToken">Cancels the work; <paramref name="destination"/> then has the elements read so far.</param>
    /// <exception cref="ArgumentNullException"><paramref name="tensor"/> is null.</exception>
    /// <exception cref="ArgumentException">The length of <paramref name="destination"/> is not that of the tensor.</exception>
    /// <exception cref="InvalidFileException">The elements have a different type, or the file has become shorter.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The file was closed.</exception>
    public void Read(
        StoredTensor tensor,
        Span<float> destination,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        Require.NotNull(tensor);
        bool isWatched = progress is not null || cancellationToken.CanBeCanceled;
        Read(tensor, destination, isWatched ? new Transfer(tensor.ByteLength, progress, cancellationToken) : null);
    }

    /// <summary>Reads a tensor of type <c>F64</c> exactly, in row-major order.</summary>
    /// <inheritdoc cref="Read(StoredTensor, Span{float}, IProgress{TransferProgress}?, CancellationToken)"/>
    public void Read(StoredTensor tensor, Span<double> destination) => ReadExactType(tensor, ElementType.F64, destination);

    /// <summary>Reads a tensor of type <c>I64</c>, in row-major order.</summary>
    /// <inheritdoc cref="Read(StoredTensor, Span{float}, IProgress{TransferProgress}?, CancellationToken)"/>
    public void Read(StoredTensor tensor, Span<long> destination) => ReadExactType(tensor, ElementType.I64, destination);

    /// <summary>Reads a tensor of type <c>U64</c>, in row-major order.</summary>
    /// <inheritdoc cref="Read(StoredTensor, Span{float}, IProgress{TransferProgress}?, CancellationToken)"/>
    public void Read(StoredTensor tensor, Span<ulong> destination) => ReadExactType(tensor, ElementType.U64, destination);

    /// <summary>Reads a tensor of type <c>U8</c>, in row-major order.</summary>
    /// <inheritdoc cref="Read(StoredTensor, Span{float}, IProgress{TransferProgress}?, CancellationToken)"/>
    public void Read(StoredTensor tensor, Span<byte> destination) => ReadExactType(tensor, ElementType.U8, destination);

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _isClosed = true;
        _bytes.Dispose();
    }

    /// <summary>Reads a tensor as floats, as a part of a larger piece of work.</summary>
    internal void Read(StoredTensor tensor, Span<float> destination, Transfer? transfer)
    {
        CheckOwn<float>(tensor, destination);
        if (tensor.Type == ElementType.F32)
            _reader.Read(tensor, destination, transfer);
        else if (tensor.IsReadAsFloat)
            _reader.Convert(tensor, destination, transfer);
        else
            throw OtherType(tensor, "F32, F64, F16 or BF16, which are read as floats");
    }

    /// <summary>Reads the bytes of a tensor of any type.</summary>
    internal void ReadBytes(StoredTensor tensor, Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        Debug.Assert(destination.Length == tensor.ByteLength);
        _reader.Read(tensor, destination, transfer: null);
    }

    /// <summary>Reads some elements of a tensor of floats, starting at an index, as a part of a larger piece of work.</summary>
    internal void ReadPart(StoredTensor tensor, int start, Span<float> destination, Transfer transfer)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        Debug.Assert(tensor.IsReadAsFloat && start + destination.Length <= tensor.ElementCount);
        if (tensor.Type == ElementType.F32)
            _reader.Read(tensor, destination, transfer, start);
        else
            _reader.Convert(tensor, destination, transfer, start);
        int size = tensor.Type.Bits() / 8;
        transfer.Advance(tensor.ByteLength - (long)destination.Length * size);
    }

    private void ReadExactType<T>(StoredTensor tensor, ElementType type, Span<T> destination)
        where T : unmanaged
    {
        CheckOwn<T>(Require.NotNull(tensor), destination);
        if (tensor.Type != type)
            throw OtherType(tensor, type.Name());
        _reader.Read(tensor, destination, transfer: null);
    }

    private void CheckOwn<T>(StoredTensor tensor, ReadOnlySpan<T> destination)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (tensor.Index >= _header.Tensors.Length || !ReferenceEquals(_header.Tensors[tensor.Index], tensor))
        {
            throw new ArgumentException(
                $"tensor is {Excerpt.Quoted(tensor.Name)} of another file; it must be one of {Path}.", nameof(tensor));
        }

        if (destination.Length != tensor.ElementCount)
        {
            throw new ArgumentException(
                $"destination has {destination.Length} elements, {Excerpt.Quoted(tensor.Name)} has {tensor.ElementCount}; "
                    + "they must have the same length.",
                nameof(destination));
        }
    }

    private InvalidFileException OtherType(StoredTensor tensor, string expected) =>
        new(Path, tensor.HeaderOffset, $"{Excerpt.Quoted(tensor.Name)} is of type {tensor.Type.Name()}; it must be {expected}.");
}
