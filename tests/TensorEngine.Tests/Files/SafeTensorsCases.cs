using static TensorEngine.Tests.Files.SafeTensorsCase;

namespace TensorEngine.Tests.Files;

/// <summary>Files that must be refused: those of the format's own library and of its description, and ours.</summary>
public static class SafeTensorsCases
{
    private const string NotJson = "not JSON";
    private const string Two = "not an array of two integers";
    private const string NoInteger = "not an integer from 0 to 9223372036854775807";

    public static IEnumerable<SafeTensorsCase> All => [.. Lengths, .. Syntax, .. Fields, .. Numbers, .. Layout, .. Names, .. Metadata];

    private static SafeTensorsCase[] Lengths =>
    [
        new("empty file", [], 0, "has 0 bytes"),
        new("file of 7 bytes", [2, 0, 0, 0, 0, 0, 0], 7, "has 7 bytes"),
        new("header of 2^64 - 1 bytes", [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, (byte)'{', (byte)'}'], 0, "claims 18446744073709551615 bytes; the format allows 100000000"),
        new("header of 2^63 bytes", [0, 0, 0, 0, 0, 0, 0, 0x80], 0, "claims 9223372036854775808 bytes"),
        new("header of 100,000,001 bytes", [1, 0xE1, 0xF5, 5, 0, 0, 0, 0], 0, "claims 100000001 bytes; the format allows 100000000"),
        new("header of 100,000,000 bytes that are not there", [0, 0xE1, 0xF5, 5, 0, 0, 0, 0], 0, "claims 100000000 bytes; the file has 0"),
        new("header one byte longer than the file", [3, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'}'], 0, "claims 3 bytes; the file has 2"),
        new("header of no bytes", [0, 0, 0, 0, 0, 0, 0, 0], 8, NotJson),
    ];

    private static SafeTensorsCase[] Syntax =>
    [
        new("not UTF-8", File([0xFF], 0), 8, "not UTF-8"),
        new("overlong UTF-8 in a name", File([.. "{\"a"u8, 0xC0, 0x80, .. "\":0}"u8], 0), 11, "not UTF-8"),
        new("surrogate as UTF-8 in a name", File([.. "{\"a"u8, 0xED, 0xA0, 0x80, .. "\":0}"u8], 0), 11, "not UTF-8"),
        new("byte order mark", File([0xEF, 0xBB, 0xBF, .. "{}"u8], 0), 8, NotJson),
        OfHeader("unclosed object", "{^", 0, NotJson),
        OfHeader("unclosed name", """{"a^""", 0, NotJson),
        OfHeader("comma at the end", """{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},^}""", 4, NotJson),
        OfHeader("comment", "{^/**/}", 0, NotJson),
        OfHeader("single quotation marks", "{^'a':0}", 0, NotJson),
        OfHeader("two objects", "{}^{}", 0, NotJson),
        OfHeader("letter after the object", "{}^x", 0, NotJson),
        OfHeader("zero bytes after the object", "{}^\0\0", 0, NotJson),
        OfHeader("line break in a name", "{\"a^\n\":0}", 0, NotJson),
        OfHeader("unknown escape", "{\"a\\^x\":0}", 0, NotJson),
        OfHeader("NaN", """{"a":^NaN}""", 0, NotJson),
        OfHeader("number with leading zeros", """{"a":{"dtype":"U8","shape":[0^1],"data_offsets":[0,1]}}""", 1, NotJson),
        OfHeader("arrays in the shape", """{"a":{"dtype":"F32","shape":[^[1]],"data_offsets":[0,4]}}""", 4, NotJson),
        new("a hundred thousand open brackets", File($$$"""{"a":{"shape":{{{new string('[', 100_000)}}}""", 0), 23, NotJson),
        OfHeader("array", "^[]", 0, "not a JSON object"),
        OfHeader("number", "^1", 0, "not a JSON object"),
        OfHeader("null", "^null", 0, "not a JSON object"),
    ];

    private static SafeTensorsCase[] Fields =>
    [
        OfHeader("entry that is a number", """{"a":^1}""", 0, "The entry of \"a\" is not an object"),
        OfHeader("entry that is null", """{"a":^null}""", 0, "The entry of \"a\" is not an object"),
        OfHeader("no dtype", """{^"a":{"shape":[],"data_offsets":[0,4]}}""", 4, "\"a\" has no dtype"),
        OfHeader("no shape", """{^"a":{"dtype":"F32","data_offsets":[0,4]}}""", 4, "\"a\" has no shape"),
        OfHeader("no data_offsets", """{^"a":{"dtype":"F32","shape":[]}}""", 4, "\"a\" has no data_offsets"),
        OfHeader("empty entry", """{^"a":{}}""", 0, "\"a\" has no dtype"),
        OfHeader("dtype twice", """{"a":{"dtype":"F32",^"dtype":"F32","shape":[],"data_offsets":[0,4]}}""", 4, "the field dtype twice"),
        OfHeader("shape twice", """{"a":{"dtype":"F32","shape":[],^"shape":[],"data_offsets":[0,4]}}""", 4, "the field shape twice"),
        OfHeader("data_offsets twice", """{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4],^"data_offsets":[0,4]}}""", 4, "the field data_offsets twice"),
        OfHeader("unknown field", """{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4],^"strides":[1]}}""", 4, "the field \"strides\""),
        OfHeader("unknown type", """{"a":{"dtype":^"F31","shape":[],"data_offsets":[0,4]}}""", 4, "\"F31\", which is not a known type"),
        OfHeader("type in small letters", """{"a":{"dtype":^"f32","shape":[],"data_offsets":[0,4]}}""", 4, "\"f32\", which is not a known type"),
        OfHeader("type that is a number", """{"a":{"dtype":^32,"shape":[],"data_offsets":[0,4]}}""", 4, "dtype of \"a\" is not a text"),
        OfHeader("shape that is a number", """{"a":{"dtype":"F32","shape":^1,"data_offsets":[0,4]}}""", 4, "shape of \"a\" is not an array"),
        OfHeader("shape that is an object", """{"a":{"dtype":"F32","shape":^{},"data_offsets":[0,4]}}""", 4, "shape of \"a\" is not an array"),
        OfHeader("data_offsets that are an object", """{"a":{"dtype":"F32","shape":[],"data_offsets":^{}}}""", 4, Two),
        OfHeader("one offset", """{"a":{"dtype":"F32","shape":[],"data_offsets":[0^]}}""", 4, NoInteger),
        OfHeader("three offsets", """{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4,^8]}}""", 4, Two),
    ];

    private static SafeTensorsCase[] Numbers =>
    [
        OfHeader("negative length", """{"a":{"dtype":"F32","shape":[^-1],"data_offsets":[0,4]}}""", 4, NoInteger),
        OfHeader("fractional length", """{"a":{"dtype":"F32","shape":[^1.0],"data_offsets":[0,4]}}""", 4, NoInteger),
        OfHeader("length with an exponent", """{"a":{"dtype":"F32","shape":[^1e0],"data_offsets":[0,4]}}""", 4, NoInteger),
        OfHeader("length beyond every double", """{"a":{"dtype":"F32","shape":[^1e400],"data_offsets":[0,4]}}""", 4, NoInteger),
        OfHeader("length of 2^63", """{"a":{"dtype":"F32","shape":[0,^9223372036854775808],"data_offsets":[0,0]}}""", 0, NoInteger),
        OfHeader("length of a thousand digits", $$$"""{"a":{"dtype":"F32","shape":[^{{{new string('9', 1000)}}}],"data_offsets":[0,4]}}""", 4, NoInteger),
        OfHeader("length that is a text", """{"a":{"dtype":"F32","shape":[^"1"],"data_offsets":[0,4]}}""", 4, NoInteger),
        OfHeader("length that is true", """{"a":{"dtype":"F32","shape":[^true],"data_offsets":[0,4]}}""", 4, NoInteger),
        OfHeader("negative offset", """{"a":{"dtype":"F32","shape":[],"data_offsets":[^-4,0]}}""", 4, NoInteger),
        OfHeader("fractional offset", """{"a":{"dtype":"F32","shape":[],"data_offsets":[0,^4.0]}}""", 4, NoInteger),
        OfHeader("offset beyond every double", """{"a":{"dtype":"F32","shape":[],"data_offsets":[0,^1e400]}}""", 4, NoInteger),
        OfHeader("product that overflows, of a length that does", """{"a":{"dtype":"F32","shape":[2,^18446744073709551614],"data_offsets":[0,4]}}""", 4, NoInteger),
        OfHeader("product that overflows", """{^"a":{"dtype":"F32","shape":[2,9223372036854775807],"data_offsets":[0,4]}}""", 4, "more than 9223372036854775807 bits"),
        OfHeader("product of bits that overflows", """{^"a":{"dtype":"F64","shape":[144115188075855872],"data_offsets":[0,0]}}""", 0, "more than 9223372036854775807 bits"),
        OfHeader("product that overflows before a length of 0", """{^"a":{"dtype":"U8","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}}""", 0, "more than"),
        OfHeader("product that overflows after a length of 0", """{^"a":{"dtype":"U8","shape":[0,4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "more than"),
        OfHeader("half a byte", """{^"a":{"dtype":"F4","shape":[3],"data_offsets":[0,1]}}""", 1, "3 elements of 4 bits, which do not fill whole bytes"),
        OfHeader("three quarters of a byte", """{^"a":{"dtype":"F6_E2M3","shape":[1],"data_offsets":[0,1]}}""", 1, "1 elements of 6 bits"),
        OfHeader("three thousand million elements in a byte", """{^"a":{"dtype":"U8","shape":[3000000000],"data_offsets":[0,3000000000]}}""", 1, "within the 1 bytes of data"),
    ];

    private static SafeTensorsCase[] Layout =>
    [
        OfHeader("falling offsets", """{^"a":{"dtype":"F32","shape":[],"data_offsets":[4,0]}}""", 4, "[4, 0]; they must rise"),
        OfHeader("offsets beyond the data", """{^"a":{"dtype":"F32","shape":[],"data_offsets":[4,8]}}""", 4, "within the 4 bytes"),
        OfHeader("fewer bytes than elements", """{^"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "4 bytes; [2] of F32 takes 8"),
        OfHeader("more bytes than elements", """{^"a":{"dtype":"F32","shape":[],"data_offsets":[0,8]}}""", 8, "8 bytes; [] of F32 takes 4"),
        OfHeader("bytes for no elements", """{^"a":{"dtype":"F32","shape":[2,0],"data_offsets":[0,4]}}""", 4, "4 bytes; [2, 0] of F32 takes 0"),
        OfHeader("gap before the first", """{^"a":{"dtype":"F32","shape":[],"data_offsets":[4,8]}}""", 8, "start at 4 and leave a gap"),
        OfHeader("gap between two", """{"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]},^"b":{"dtype":"U8","shape":[],"data_offsets":[2,3]}}""", 3, "start at 2 and leave a gap"),
        OfHeader("overlap", """{^"b":{"dtype":"F32","shape":[],"data_offsets":[2,6]},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}""", 6, "start at 2 and overlap"),
        new("ten names of one range", TenNames(), 8 + 1 + 1 + 53, "start at 0 and overlap"),
        OfHeader("empty tensor in the middle of another", """{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},^"b":{"dtype":"F32","shape":[0],"data_offsets":[2,2]}}""", 4, "start at 2 and overlap"),
        OfData("bytes after the last", """{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}""", 9, 4, "5 bytes follow the last tensor"),
        OfData("bytes without tensors", "{}", 3, 0, "3 bytes follow the last tensor"),
        OfHeader("file that is cut off", """{^"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}""", 3, "within the 3 bytes"),
    ];

    private static SafeTensorsCase[] Names =>
    [
        OfHeader("name twice", """{"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]},^"a":{"dtype":"U8","shape":[],"data_offsets":[1,2]}}""", 2, "\"a\" appears twice"),
        OfHeader("name twice, once escaped", """{"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]},^"\u0061":{"dtype":"U8","shape":[],"data_offsets":[1,2]}}""", 2, "\"a\" appears twice"),
        OfHeader("name with a character of code 0", """{^"a\u0000":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}""", 1, "character of code 0"),
        OfHeader("name with the first half of a pair", """{^"\ud800":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}""", 1, "half of a surrogate pair"),
        OfHeader("name with the second half of a pair", """{^"\udc00a":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}""", 1, "half of a surrogate pair"),
        OfHeader("name of a hundred thousand letters twice", $$$"""{"{{{new string('a', 100_000)}}}":{"dtype":"U8","shape":[],"data_offsets":[0,1]},^"{{{new string('a', 100_000)}}}":0}""", 1, "aaa...aaa"),
    ];

    private static SafeTensorsCase[] Metadata =>
    [
        OfHeader("metadata that is a text", """{"__metadata__":^"a"}""", 0, "is not an object"),
        OfHeader("metadata that is true", """{"__metadata__":^true}""", 0, "is not an object"),
        OfHeader("metadata of null twice", """{"__metadata__":null,^"__metadata__":null}""", 0, "appears twice"),
        OfHeader("metadata with a number", """{"__metadata__":{"a":^1}}""", 0, "a value that is not a text"),
        OfHeader("metadata with an object", """{"__metadata__":{"a":^{}}}""", 0, "a value that is not a text"),
        OfHeader("metadata with null", """{"__metadata__":{"a":^null}}""", 0, "a value that is not a text"),
        OfHeader("metadata twice", """{"__metadata__":{},^"__metadata__":{}}""", 0, "appears twice"),
        OfHeader("metadata with a name twice", """{"__metadata__":{"a":"1",^"a":"2"}}""", 0, "\"a\" appears twice"),
        OfHeader("metadata with half of a pair", """{"__metadata__":{"a":^"\ud800"}}""", 0, "half of a surrogate pair"),
        OfHeader("metadata whose name has a character of code 0", """{"__metadata__":{^"a\u0000":"1"}}""", 0, "character of code 0"),
        OfHeader("metadata of 30,001 entries", TooMuchMetadata(), 0, "30001 entries; at most 30000"),
        OfHeader("metadata that looks like a tensor", """{"__metadata__":{"dtype":"F32","shape":^[],"data_offsets":[0,4]}}""", 4, "a value that is not a text"),
    ];

    private static string TooMuchMetadata() =>
        "{\"__metadata__\":{" + string.Join(',', Enumerable.Range(0, 30_001).Select(i => $"\"{i}\":\"\"")) + "^}}";

    private static byte[] TenNames()
    {
        IEnumerable<string> entries = Enumerable.Range(0, 10).Select(i => $$""" "{{i}}":{"dtype":"F32","shape":[],"data_offsets":[0,4]}""");
        return File("{" + string.Join(',', entries) + "}", 4);
    }
}
