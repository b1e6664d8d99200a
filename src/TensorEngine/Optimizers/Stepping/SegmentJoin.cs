namespace TensorEngine.Optimizers.Stepping;

/// <summary>Joins adjacent parameters, so that one sweep steps them.</summary>
internal static class SegmentJoin
{
    /// <summary>Returns segments of which no two are adjacent.</summary>
    /// <param name="pieces">The segments, in the order of their offsets.</param>
    /// <param name="joins">
    /// Whether adjacent segments may be joined: not if state is compressed, because blocks and dither start with each parameter.
    /// </param>
    public static Segment[] Of(IEnumerable<Segment> pieces, bool joins)
    {
        var segments = new List<Segment>();
        foreach (Segment segment in pieces)
        {
            if (joins && segments.Count > 0
                && segments[^1].Offset + segments[^1].Length == segment.Offset
                && segments[^1].StateOffset + segments[^1].Length == segment.StateOffset)
            {
                segments[^1] = segments[^1] with { Length = segments[^1].Length + segment.Length };
            }
            else
            {
                segments.Add(segment);
            }
        }

        return [.. segments];
    }
}
