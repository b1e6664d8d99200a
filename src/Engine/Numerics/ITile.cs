namespace Engine.Numerics;

/// <summary>
/// The innermost part of the matrix product: a block of sums kept in registers. One tile for each size of register file.
/// </summary>
internal interface ITile
{
    static abstract int Rows { get; }

    static abstract int Columns { get; }

    /// <summary>
    /// target += left * right, or = where <paramref name="accumulate"/> is false, over <paramref name="steps"/> k: left holds
    /// Rows elements for each k, right Columns elements, and target's rows are <paramref name="rowStride"/> apart.
    /// </summary>
    static abstract void Multiply(
        int steps, ref float left, ref float right, ref float target, nint rowStride, bool accumulate);
}
