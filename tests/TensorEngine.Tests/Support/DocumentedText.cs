using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace TensorEngine.Tests.Support;

/// <summary>What stands in the library's documentation file, beside the assembly.</summary>
public static partial class DocumentedText
{
    private static readonly XDocument s_documentation =
        XDocument.Load(Path.ChangeExtension(typeof(ParameterStore).Assembly.Location, ".xml"));

    /// <summary>The text of a member's summary and remarks, with single spaces.</summary>
    /// <param name="member">As the compiler names it: T:TensorEngine.Shape, M:TensorEngine.Numerics.Functions.Scalar.Exp(System.Double).</param>
    public static string Of(string member) => TextOf(name => string.Equals(name, member, StringComparison.Ordinal));

    /// <summary>The same of the only member whose name starts so, as a method's up to its parameters.</summary>
    public static string OfOnly(string start) => TextOf(name => name.StartsWith(start, StringComparison.Ordinal));

    private static string TextOf(Func<string, bool> isMember)
    {
        XElement documented = s_documentation.Descendants("member").Single(candidate => isMember((string)candidate.Attribute("name")!));
        return Spaces().Replace($"{documented.Element("summary")?.Value} {documented.Element("remarks")?.Value}", " ").Trim();
    }

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Spaces();
}
