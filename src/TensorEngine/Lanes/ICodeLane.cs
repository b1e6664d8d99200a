namespace TensorEngine.Lanes;

/// <summary>
/// Converts codes of 8 and 16 bits to a register of floats and back. Memory is addressed in bytes, from the first of
/// <see cref="IFloatLane{TSelf}.Width"/> adjacent codes on.
/// </summary>
internal interface ICodeLane<TFloat>
    where TFloat : struct, IFloatLane<TFloat>
{
    /// <summary>Loads codes of 16 bits as the upper halves of the lanes; the lower halves are 0.</summary>
    static abstract TFloat LoadUpperHalves(ref readonly byte source);

    /// <summary>The upper halves of the lanes.</summary>
    static abstract void StoreUpperHalves(TFloat value, ref byte destination);

    /// <summary>Stores the upper halves of the lanes of two registers, one after the other.</summary>
    static abstract void StoreUpperHalves(TFloat first, TFloat second, ref byte destination);

    /// <summary>Loads codes of 8 bits as unsigned integers.</summary>
    static abstract TFloat LoadBytes(ref readonly byte source);

    /// <summary>Loads codes of 8 bits as signed integers.</summary>
    static abstract TFloat LoadSignedBytes(ref readonly byte source);

    /// <summary>The highest 8 bits of the lanes.</summary>
    static abstract void StoreHighBytes(TFloat value, ref byte destination);

    /// <summary>The highest 8 bits of the lanes of two registers, one behind the other.</summary>
    static abstract void StoreHighBytes(TFloat first, TFloat second, ref byte destination);

    /// <summary>The smaller of the bits as signed integers.</summary>
    static abstract TFloat MinBits(TFloat left, TFloat right);

    /// <summary>The larger of the bits as signed integers.</summary>
    static abstract TFloat MaxBits(TFloat left, TFloat right);

    /// <summary>The largest of all lanes' bits as signed integers.</summary>
    static abstract int LargestBits(TFloat value);

    /// <summary>The value where the code is not 0, and 0 elsewhere.</summary>
    static abstract TFloat WhereNotZero(TFloat code, TFloat value);

    /// <summary>first, first + step, first + 2 step and so on, modulo 2^16.</summary>
    static abstract TFloat Halves(uint first, uint step);

    /// <summary>The sum of the lower halves modulo 2^16; the upper halves of both are 0.</summary>
    static abstract TFloat AddHalves(TFloat left, TFloat right);

    /// <summary>The sum of the bits where the value is a number below infinity; the value where it is not.</summary>
    static abstract TFloat AddBitsToNumbers(TFloat value, TFloat bits);
}
