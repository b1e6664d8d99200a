using System.Reflection;
using System.Text.RegularExpressions;
using NUnit.Framework;
using TensorEngine.Optimizers;

namespace TensorEngine.Tests.House;

/// <summary>Folders are namespaces, and know one another only as src/README.md says.</summary>
public sealed class RoomTests
{
    /// <summary>Each room and the rooms that it may know beside the root, which knows none.</summary>
    private static readonly Dictionary<string, string[]> s_mayKnow = new(StringComparer.Ordinal)
    {
        [""] = [],
        ["Lanes"] = [],
        ["Compression"] = ["Lanes"],
        ["Numerics"] = ["Lanes", "Compression"],
        ["Generators"] = ["Lanes", "Numerics"],
        ["Initializers"] = ["Lanes", "Compression", "Numerics", "Generators"],
        ["Attentions"] = ["Lanes", "Numerics", "Generators"],
        ["Schedules"] = ["Numerics"],
        ["Optimizers.Stepping"] = ["Lanes", "Compression", "Numerics", "Schedules"],
        ["Optimizers"] = ["Lanes", "Compression", "Numerics", "Schedules", "Optimizers.Stepping"],
        ["Averages"] = ["Lanes", "Numerics"],
        ["Minimization"] = ["Lanes", "Numerics", "Optimizers.Stepping"],
        ["Files"] = [],
        ["Checkpoints"] = ["Compression", "Files"],
        ["Checks"] = ["Lanes", "Numerics", "Generators", "Optimizers.Stepping"],
    };

    /// <summary>The rooms of the tape's assembly, and which of them each may know beside its root.</summary>
    private static readonly Dictionary<string, string[]> s_mayKnowOfTheTape = new(StringComparer.Ordinal)
    {
        [""] = [],
        ["Operations"] = [],
        ["Layers"] = ["Operations"],
        ["Data"] = [],
        ["Checks"] = [],
    };

    /// <summary>The same for several processes.</summary>
    private static readonly Dictionary<string, string[]> s_mayKnowOfRanks = new(StringComparer.Ordinal)
    {
        // The optimizer that users call is built of what is in the room.
        [""] = ["Sharding"],
        ["Sharding"] = [],
        ["Mpi"] = [],
    };

    public static IEnumerable<string> Rooms =>
        Sources.Files("src/TensorEngine").Select(file => RoomOf(NamespaceOf(file))).Distinct(StringComparer.Ordinal);

    [TestCaseSource(nameof(Rooms))]
    public void ARoomKnowsOnlyThoseItMay(string room)
    {
        Assert.That(s_mayKnow, Does.ContainKey(room), "The table above and src/README.md have no such room.");
        foreach (string file in Sources.Files("src/TensorEngine").Where(file => IsRoom(room, NamespaceOf(file))))
        {
            // The compiler refuses directives that nothing needs, so that they say what a file knows.
            foreach (string known in Find(file, @"^using (static )?TensorEngine\.(?<name>[\w.]+);").Select(RoomOf))
                Assert.That(s_mayKnow[room].Append(room), Does.Contain(known), file);
        }
    }

    [Test]
    public void ARoomOfTheTapeKnowsOnlyThoseItMay() => RoomsKnowOnlyThoseTheyMay("TensorEngine.Autograd", s_mayKnowOfTheTape);

    [Test]
    public void ARoomOfTheRanksKnowsOnlyThoseItMay() => RoomsKnowOnlyThoseTheyMay("TensorEngine.Distributed", s_mayKnowOfRanks);

    [Test]
    public void TheTableHasNoCycle()
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        while (done.Count < s_mayKnow.Count)
        {
            string? next = s_mayKnow.Keys.FirstOrDefault(room => !done.Contains(room) && s_mayKnow[room].All(done.Contains));
            Assert.That(next, Is.Not.Null, $"a cycle among {string.Join(", ", s_mayKnow.Keys.Where(room => !done.Contains(room)))}");
            done.Add(next);
        }
    }

    /// <summary>A namespace sees the types of those around it without any directive.</summary>
    [Test]
    public void TheMachineryKnowsNoOptimizer()
    {
        Type[] types = typeof(Adam).Assembly.GetTypes();
        foreach (Type type in types.Where(type => type.Namespace is "TensorEngine.Optimizers.Stepping"))
        {
            const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static
                | BindingFlags.DeclaredOnly;
            IEnumerable<Type?> known =
            [
                type.BaseType,
                .. type.GetInterfaces(),
                .. type.GetFields(All).Select(field => field.FieldType),
                .. type.GetMethods(All).SelectMany(TypesOf),
            ];
            foreach (Type one in known.OfType<Type>())
                Assert.That(one.Namespace, Is.Not.EqualTo("TensorEngine.Optimizers"), $"{type} knows {one}");
        }
    }

    [Test]
    public void AFilesNamespaceIsItsFolder()
    {
        foreach (string project in new[]
        {
            "src/TensorEngine", "src/TensorEngine.Autograd", "tests/TensorEngine.Tests", "tests/TensorEngine.Autograd.Tests",
            "src/TensorEngine.Distributed", "tests/TensorEngine.Distributed.Tests",
        })
        {
            foreach (string file in Sources.Files(project))
            {
                string folder = Path.GetRelativePath(Sources.PathOf(project), Path.GetDirectoryName(file)!);
                string expected = Path.GetFileName(project) + (folder is "." ? "" : "." + folder.Replace(Path.DirectorySeparatorChar, '.'));
                foreach (string name in Find(file, @"^namespace (?<name>[\w.]+);"))
                    Assert.That(name, Is.EqualTo(expected), file);
            }
        }
    }

    private static void RoomsKnowOnlyThoseTheyMay(string assembly, Dictionary<string, string[]> mayKnow)
    {
        string prefix = Regex.Escape(assembly);
        foreach (string file in Sources.Files($"src/{assembly}"))
        {
            string room = Find(file, $@"^namespace {prefix}\.?(?<name>[\w.]*);").FirstOrDefault() ?? "";
            Assert.That(mayKnow, Does.ContainKey(room), file);
            foreach (string known in Find(file, $@"^using (static )?{prefix}\.(?<name>[\w.]+);"))
                Assert.That(mayKnow[room].Append(room), Does.Contain(known), file);
        }
    }

    private static IEnumerable<Type> TypesOf(MethodInfo method) =>
    [
        method.ReturnType,
        .. method.GetParameters().Select(parameter => parameter.ParameterType),
        .. method.GetMethodBody()?.LocalVariables.Select(local => local.LocalType) ?? [],
    ];

    private static bool IsRoom(string room, string name) => string.Equals(RoomOf(name), room, StringComparison.Ordinal);

    private static string NamespaceOf(string file) =>
        Find(file, @"^namespace TensorEngine\.?(?<name>[\w.]*);").FirstOrDefault() ?? "";

    private static IEnumerable<string> Find(string file, string pattern) =>
        Regex.Matches(File.ReadAllText(file), pattern, RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5))
            .Select(match => match.Groups["name"].Value);

    // The rooms of Numerics are one to the others.
    private static string RoomOf(string name) => name.StartsWith("Numerics", StringComparison.Ordinal) ? "Numerics" : name;
}
