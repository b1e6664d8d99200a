using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Checks;

/// <summary>The memory that a subject steps: a range of the test elements, at any alignment relative to 64 bytes.</summary>
internal sealed class Trial
{
    /// <summary>The number of offsets at which a range can start: any alignment of a float.</summary>
    public const int Places = AlignedBuffer.Alignment;

    private readonly StepSubject _subject;
    private readonly TestElements _elements;
    private readonly AlignedBuffer[] _buffers;
    private CarriedNumbers _carried;
    private int _first;

    /// <summary>Allocates the memory.</summary>
    /// <param name="subject">The subject that takes the steps.</param>
    /// <param name="elements">The elements that are stepped.</param>
    public Trial(StepSubject subject, TestElements elements)
    {
        _subject = subject;
        _elements = elements;
        IEnumerable<int> places = Enumerable.Range(0, 2 + subject.States.Count);
        _buffers = [.. places.Select(place => new AlignedBuffer(elements.Count + Places, Math.Min(place, 4)))];
    }

    /// <summary>Gets the number of buffers other than the gradients: values and states.</summary>
    public int BufferCount => _buffers.Length - 1;

    /// <summary>Gets the maximum number of elements.</summary>
    public int Capacity => _elements.Count;

    /// <summary>Gets the maximum number of steps.</summary>
    public int MostSteps => _elements.Steps;

    public int Length { get; private set; }

    public int Place { get; private set; }

    /// <summary>Gets the number of steps taken.</summary>
    public long Number { get; private set; }

    /// <summary>Gets the number of lanes to run at; 0 for the processor's own.</summary>
    public int Width { get; init; }

    public Workers? Workers { get; init; }

    public ref CarriedNumbers Carried => ref _carried;

    /// <summary>Values, then the states.</summary>
    public Span<float> Buffer(int index) => _buffers[index == 0 ? 0 : index + 1].Span.Slice(Place, Length);

    /// <summary>Gets the name of a <see cref="Buffer"/>.</summary>
    public string Name(int index) => index == 0 ? "value" : _subject.States[index - 1].Name;

    /// <summary>Places a range of elements that have taken no step at an offset.</summary>
    public void Start(int first, int length, int place = 0)
    {
        (_first, Length, Place, Number) = (first, length, place, 0);
        _elements.Values(first, length).CopyTo(Buffer(0));
        for (int i = 0; i < _subject.States.Count; i++)
            Buffer(i + 1).Fill(_subject.States[i].Initial);
        _carried = default;
        for (int i = 0; i < _subject.Carried.Count; i++)
            _carried[i] = _subject.Carried[i].Initial;
    }

    /// <summary>Takes the next step.</summary>
    public void Step() => Step(_elements.Gradients(Number + 1, _first, Length));

    /// <summary>Takes a step with the given gradients.</summary>
    public void Step(ReadOnlySpan<float> gradients)
    {
        Span<float> own = _buffers[1].Span.Slice(Place, Length);
        gradients.CopyTo(own);
        StepAgain();
    }

    /// <summary>Takes a step with the gradients of the previous step.</summary>
    public void StepAgain()
    {
        Number++;
        _subject.Step(Number, ref _carried, Buffers(), [new Segment(Place, Place, Length)]);
    }

    /// <summary>Formats where something was found.</summary>
    public string Where(int buffer, int element) =>
        $"step {Number}, {Name(buffer)} of element {element} of {Length}, {PlaceText.Of(Width == 0 ? LaneWidth.Current : Width, Place)}"
        + (Workers is null ? "" : $", {PlaceText.Count(Workers.ThreadCount, "thread")}");

    /// <summary>Finds a difference from the same elements in another trial.</summary>
    public Finding? DifferenceFrom(Trial expected)
    {
        for (int i = 0; i < BufferCount; i++)
        {
            Span<float> found = Buffer(i);
            ReadOnlySpan<float> right = expected.Buffer(i);
            if (FloatBits.FirstDifference(found, right) is >= 0 and int index)
                return new(Where(i, index), FloatBits.Text(right[index]), FloatBits.Text(found[index]));
        }

        for (int i = 0; i < CarriedNumbers.Capacity; i++)
        {
            if (!_carried[i].Equals(expected._carried[i]))
                return new($"step {Number}, carried number {i}", FloatBits.Text(expected._carried[i]), FloatBits.Text(_carried[i]));
        }

        return null;
    }

    private SweepBuffers Buffers()
    {
        var buffers = new SweepBuffers
        {
            Values = ref _buffers[0].Start,
            Gradients = ref _buffers[1].Start,
            GradientFactor = 1,
            Width = Width,
            Workers = Workers,
        };
        for (int i = 2; i < _buffers.Length; i++)
            buffers.SetState(i - 2, _buffers[i].Span);
        return buffers;
    }
}
