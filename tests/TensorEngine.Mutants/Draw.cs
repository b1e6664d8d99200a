using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using Stryker.Abstractions;

namespace TensorEngine.Mutants;

/// <summary>Draws faults by a seed, and compiles assemblies that have all of them, each behind its switch.</summary>
internal static class Draw
{
    private static readonly string[] s_assemblies = ["TensorEngine", "TensorEngine.Autograd", "TensorEngine.Distributed"];

    /// <summary>Writes the assemblies and <c>mutants.tsv</c>.</summary>
    /// <param name="sources">The folder src, with the assemblies built in Release.</param>
    /// <param name="output">Where to.</param>
    /// <param name="seed">Of the order in which faults are drawn.</param>
    /// <param name="count">How many of those that compile.</param>
    public static void Run(string sources, string output, int seed, int count)
    {
        var trees = new List<(string Assembly, SyntaxTree Tree)>();
        foreach (string assembly in s_assemblies)
            trees.AddRange(Parse(sources, assembly).Select(tree => (assembly, tree)));
        Dictionary<string, CSharpCompilation> compilations = s_assemblies.ToDictionary(
            assembly => assembly, assembly => Compile(assembly, trees.Where(one => one.Assembly == assembly).Select(one => one.Tree)), StringComparer.Ordinal);
        Candidate[] all =
        [
            .. from one in trees
               where !one.Tree.FilePath.Contains("/obj/", StringComparison.Ordinal)
               from mutation in MutantSource.Of(one.Tree, compilations[one.Assembly].GetSemanticModel(one.Tree))
               select new Candidate(one.Assembly, one.Tree, mutation),
        ];
        new Random(seed).Shuffle(all);
        var taken = new List<Candidate>();
        int next = 0;
        while (taken.Count < count)
        {
            while (taken.Count < count)
            {
                Candidate candidate = all[next++];
                if (Switch.Find(candidate.Mutation, 0) is { } found
                    && !taken.Exists(other => other.Tree == candidate.Tree && Switch.Find(other.Mutation, 0)!.Value.Place.Span.OverlapsWith(found.Place.Span)))
                {
                    taken.Add(candidate with { Number = next });
                }
            }

            // What does not compile is no fault that somebody could put in.
            foreach (string assembly in s_assemblies)
                taken.RemoveAll(Emit(compilations[assembly], [.. taken.Where(one => one.Assembly == assembly)], Path.Combine(output, assembly + ".dll")).Contains);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{taken.Count} of the first {next} of {all.Length} compile"));
        }

        File.WriteAllLines(Path.Combine(output, "mutants.tsv"), taken.OrderBy(one => one.Number).Select(one => one.Describe(sources).ToString()));
    }

    private static IEnumerable<SyntaxTree> Parse(string sources, string assembly)
    {
        string folder = Path.Combine(sources, assembly);
        var options = new CSharpParseOptions(LanguageVersion.Preview, DocumentationMode.None, preprocessorSymbols: ["NET", "NET10_0", "NET10_0_OR_GREATER"]);
        IEnumerable<string> files = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal))
            .Concat(Directory.EnumerateFiles(Path.Combine(folder, "obj", "Release", "net10.0"), "*.cs"));
        return files.Order(StringComparer.Ordinal).Select(file => CSharpSyntaxTree.ParseText(SourceText.From(File.ReadAllText(file)), options, file))
            .Append(CSharpSyntaxTree.ParseText(Switch.Source, options, "/obj/Mutant.cs"));
    }

    private static CSharpCompilation Compile(string assembly, IEnumerable<SyntaxTree> trees) => CSharpCompilation.Create(
        assembly,
        trees,
        from path in ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        let name = Path.GetFileNameWithoutExtension(path)
        where name.StartsWith("System", StringComparison.Ordinal) || name is "netstandard" or "mscorlib" or "Microsoft.Win32.Primitives"
            || (s_assemblies.Contains(name, StringComparer.Ordinal) && name.Length < assembly.Length)
        select MetadataReference.CreateFromFile(path),
        new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Disable));

    /// <summary>Writes the assembly with these faults; those that do not compile.</summary>
    private static HashSet<Candidate> Emit(CSharpCompilation compilation, Candidate[] candidates, string path)
    {
        var bad = new HashSet<Candidate>();
        while (true)
        {
            var places = new List<(SyntaxTree Tree, TextSpan Span, Candidate Candidate)>();
            CSharpCompilation mutated = compilation;
            foreach (IGrouping<SyntaxTree, Candidate> group in candidates.Where(one => !bad.Contains(one)).GroupBy(one => one.Tree))
            {
                SyntaxNode root = group.Key.GetRoot();
                var found = group.Select(one => (Candidate: one, Switch: Switch.Find(one.Mutation, one.Number)!.Value, Mark: new SyntaxAnnotation())).ToList();
                root = root.ReplaceNodes(
                    found.Select(one => one.Switch.Place),
                    (before, now) => found.First(one => one.Switch.Place == before) is var one ? one.Switch.Put(now).WithAdditionalAnnotations(one.Mark) : now);
                SyntaxTree tree = CSharpSyntaxTree.Create((CSharpSyntaxNode)root, (CSharpParseOptions)group.Key.Options, group.Key.FilePath, System.Text.Encoding.UTF8);

                // Parsed again, so that the places are those that the compiler names.
                SyntaxTree parsed = CSharpSyntaxTree.ParseText(tree.GetText(), (CSharpParseOptions)group.Key.Options, group.Key.FilePath);
                places.AddRange(found.Select(one => (parsed, tree.GetRoot().GetAnnotatedNodes(one.Mark).Single().Span, one.Candidate)));
                mutated = mutated.ReplaceSyntaxTree(group.Key, parsed);
            }

            Diagnostic[] errors;
            using (FileStream file = File.Create(path))
                errors = [.. mutated.Emit(file).Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)];
            if (errors.Length == 0)
                return bad;
            int before = bad.Count;
            foreach (Diagnostic error in errors)
                bad.UnionWith(places.Where(place => place.Tree == error.Location.SourceTree && place.Span.IntersectsWith(error.Location.SourceSpan)).Select(place => place.Candidate));

            // An error outside of them all comes from one of the file: a variable that is not assigned any more.
            if (bad.Count == before)
                bad.UnionWith(places.Where(place => errors.Any(error => error.Location.SourceTree == place.Tree)).Select(place => place.Candidate));
            if (bad.Count == before)
                throw new InvalidOperationException(string.Join('\n', errors.Take(5).Select(error => error.ToString())));
        }
    }

    private sealed record Candidate(string Assembly, SyntaxTree Tree, Mutation Mutation, int Number = 0)
    {
        public DrawnMutant Describe(string sources) => new(
            Number,
            Assembly,
            Path.GetRelativePath(sources, Tree.FilePath),
            Mutation.OriginalNode.GetLocation().GetLineSpan().StartLinePosition.Line + 1,
            Mutation.OriginalNode.Ancestors().Any(IsStart),
            Short(Mutation.OriginalNode),
            Short(Mutation.ReplacementNode));

        private static bool IsStart(SyntaxNode node) => node switch
        {
            FieldDeclarationSyntax field => field.Modifiers.Any(SyntaxKind.StaticKeyword),
            PropertyDeclarationSyntax { Initializer: not null } property => property.Modifiers.Any(SyntaxKind.StaticKeyword),
            ConstructorDeclarationSyntax constructor => constructor.Modifiers.Any(SyntaxKind.StaticKeyword),
            _ => false,
        };

        private static string Short(SyntaxNode node)
        {
            string text = string.Join(' ', node.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            return text.Length > 120 ? text[..117] + "..." : text;
        }
    }
}
