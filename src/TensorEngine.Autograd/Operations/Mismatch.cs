using System.Diagnostics.CodeAnalysis;

namespace TensorEngine.Autograd.Operations;

/// <summary>Throws errors for shapes that do not match, with the operation, the shapes and what is allowed.</summary>
internal static class Mismatch
{
    [DoesNotReturn]
    public static void Throw(string operation, string name, Shape shape, string allowed) =>
        throw new ArgumentException($"{operation}: {name} is {shape}; {allowed}.", name);

    [DoesNotReturn]
    public static void Throw(string operation, string name, Shape shape, string otherName, Shape otherShape, string allowed) =>
        throw new ArgumentException($"{operation}: {name} is {shape}, {otherName} is {otherShape}; {allowed}.", otherName);
}
