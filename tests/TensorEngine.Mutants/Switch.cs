using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Stryker.Abstractions;

namespace TensorEngine.Mutants;

/// <summary>Puts a fault beside the code, behind a switch: <c>Mutant.Active == 7 ? fault : code</c>.</summary>
internal static class Switch
{
    /// <summary>The source of the switch, one per assembly.</summary>
    public const string Source = "namespace TensorEngine.Mutants { internal static class Mutant { public static int Active; } }";

    /// <summary>The node to replace, and what by; null where the language has no place for a switch.</summary>
    public static (SyntaxNode Place, Func<SyntaxNode, SyntaxNode> Put)? Find(Mutation mutation, int number)
    {
        SyntaxNode original = mutation.OriginalNode;
        SyntaxNode? place = original.AncestorsAndSelf().FirstOrDefault(IsPlace);
        if (place is null)
            return null;
        SyntaxNode fault = place == original ? mutation.ReplacementNode : place.ReplaceNode(original, mutation.ReplacementNode);
        string active = string.Create(CultureInfo.InvariantCulture, $"global::TensorEngine.Mutants.Mutant.Active == {number}");
        return place switch
        {
            ExpressionSyntax => (place, now => Expression($"(({active}) ? ({Bare(fault)}) : ({Bare(now)}))", now)),
            BlockSyntax block when ReturnsValue(block) => (place, now => Statement($"{{ if ({active}) return default!; {Bare(now)} }}", now)),
            BlockSyntax => (place, now => Statement($"{{ if ({active}) {Bare(fault)} else {Bare(now)} }}", now)),
            _ => (place, now => Statement($"if ({active}) {{ {Bare(fault)} }} else {{ {Bare(now)} }}", now)),
        };
    }

    private static string Bare(SyntaxNode node) => node.NormalizeWhitespace().ToFullString();

    private static SyntaxNode Expression(string text, SyntaxNode now) => SyntaxFactory.ParseExpression(text).WithTriviaFrom(now);

    private static SyntaxNode Statement(string text, SyntaxNode now) => SyntaxFactory.ParseStatement(text).WithTriviaFrom(now);

    private static bool ReturnsValue(BlockSyntax block) => block.Parent switch
    {
        MethodDeclarationSyntax method => method.ReturnType.ToString() is not "void",
        LocalFunctionStatementSyntax function => function.ReturnType.ToString() is not "void",
        AccessorDeclarationSyntax accessor => accessor.IsKind(SyntaxKind.GetAccessorDeclaration),
        OperatorDeclarationSyntax or ConversionOperatorDeclarationSyntax => true,
        _ => false,
    };

    // An expression that is a value, or a whole statement.
    private static bool IsPlace(SyntaxNode node) => node switch
    {
        LocalDeclarationStatementSyntax => false,
        StatementSyntax => true,
        TypeSyntax and not IdentifierNameSyntax => false,
        InitializerExpressionSyntax or RefExpressionSyntax or DeclarationExpressionSyntax or WithExpressionSyntax => false,
        ExpressionSyntax expression => IsValue(expression),
        _ => false,
    };

    private static bool IsValue(ExpressionSyntax expression) => expression.Parent switch
    {
        ExpressionStatementSyntax => false,
        AssignmentExpressionSyntax assignment => assignment.Right == expression,
        MemberAccessExpressionSyntax access => access.Expression == expression && !expression.IsKind(SyntaxKind.IdentifierName),
        ArgumentSyntax argument => argument.RefKindKeyword.IsKind(SyntaxKind.None),
        ForStatementSyntax loop => loop.Condition == expression,
        ConditionalAccessExpressionSyntax or RefExpressionSyntax or MemberBindingExpressionSyntax => false,
        PostfixUnaryExpressionSyntax or PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression } => false,
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreDecrementExpression } => false,
        InvocationExpressionSyntax call => call.Expression != expression,
        _ => true,
    };
}
