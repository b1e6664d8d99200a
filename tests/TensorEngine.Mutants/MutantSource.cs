using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Stryker.Abstractions;
using Stryker.Abstractions.Options;
using Stryker.Configuration.Options;
using Stryker.Core.Mutators;

namespace TensorEngine.Mutants;

/// <summary>What Stryker's mutators of the standard level make of a source.</summary>
internal static class MutantSource
{
    // What Stryker has switches for, and is switched off here: texts of messages, and code that Release leaves out.
    private static readonly Mutator[] s_ignored = [Mutator.String];

    private static readonly IStrykerOptions s_options = new StrykerOptions { MutationLevel = MutationLevel.Standard };

    private static readonly IMutator[] s_mutators =
    [
        .. typeof(BinaryExpressionMutator).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && type.IsAssignableTo(typeof(IMutator)) && type != typeof(RegexMutator))
            .OrderBy(type => type.FullName, StringComparer.Ordinal)
            .Select(type => (IMutator)Activator.CreateInstance(type)!),
    ];

    public static IEnumerable<Mutation> Of(SyntaxTree tree, SemanticModel model) =>
        from node in tree.GetRoot().DescendantNodes(MayHaveMutants)
        where MayHaveMutants(node)
        from mutator in s_mutators
        from mutation in mutator.Mutate(node, model, s_options)
        where !s_ignored.Contains(mutation.Type)
        select mutation;

    private static bool MayHaveMutants(SyntaxNode node) => node switch
    {
        AttributeListSyntax or ParameterListSyntax or EnumMemberDeclarationSyntax or TypeSyntax or ThrowStatementSyntax or ThrowExpressionSyntax => false,
        BaseFieldDeclarationSyntax field => !field.Modifiers.Any(SyntaxKind.ConstKeyword),
        LocalDeclarationStatementSyntax local => !local.IsConst,
        InvocationExpressionSyntax call => call.Expression.ToString() is not "Debug.Assert",
        MethodDeclarationSyntax method => method.Identifier.Text is not ("ToString" or "PrintMembers" or "GetHashCode"),
        _ => true,
    };
}
