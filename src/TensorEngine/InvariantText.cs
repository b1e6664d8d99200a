using System.Globalization;
using System.Text;

namespace TensorEngine;

/// <summary>Formats records in the same way everywhere; the compiler's ToString depends on the culture of the thread.</summary>
internal static class InvariantText
{
    /// <summary>Returns the compiler's text, such as <c>Name { Rate = 0.5 }</c>, in the invariant culture.</summary>
    /// <param name="name">The name of the record's type.</param>
    /// <param name="printMembers">The record's PrintMembers, which the compiler writes.</param>
    public static string OfRecord(string name, Func<StringBuilder, bool> printMembers)
    {
        var text = new StringBuilder(name).Append(" { ");
        CultureInfo culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            if (printMembers(text))
                text.Append(' ');
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }

        return text.Append('}').ToString();
    }
}
