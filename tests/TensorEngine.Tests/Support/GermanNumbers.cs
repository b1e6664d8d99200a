using System.Globalization;

namespace TensorEngine.Tests.Support;

/// <summary>A culture in which minus a quarter is "−0,25", in force until it is disposed; the tests' runtime knows none by name.</summary>
public sealed class GermanNumbers : IDisposable
{
    private readonly CultureInfo _before = CultureInfo.CurrentCulture;

    public GermanNumbers()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (culture.NumberFormat.NumberDecimalSeparator, culture.NumberFormat.NegativeSign) = (",", "−");
        CultureInfo.CurrentCulture = culture;
    }

    public void Dispose() => CultureInfo.CurrentCulture = _before;
}
