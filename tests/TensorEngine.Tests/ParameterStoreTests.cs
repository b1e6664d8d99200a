using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NUnit.Framework;
using TensorEngine.Optimizers;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests;

public sealed class ParameterStoreTests
{
    [Test]
    public void ParametersLieOneAfterTheOtherPaddedToSixteenFloats()
    {
        var store = new ParameterStore();
        Parameter weight = store.Add("fc1.weight", [7, 9]), bias = store.Add("fc1.bias", [16]), scale = store.Add("scale", []);
        Assert.Multiple(() =>
        {
            Assert.That(store.Parameters, Is.EqualTo(new[] { weight, bias, scale }));
            Assert.That(store.Count, Is.EqualTo(3));
            Assert.That(store.ToString(), Is.EqualTo("3 parameters, 80 elements"));
            Assert.That(store.ElementCount, Is.EqualTo(63 + 16 + 1));
            Assert.That(store.Parameters.Select(parameter => parameter.Offset), Is.EqualTo(new[] { 0, 64, 80 }));
            Assert.That(store.Values.Length, Is.EqualTo(96));
            Assert.That(store.Gradients.Length, Is.EqualTo(96));
        });
    }

    [Test]
    public unsafe void BothBuffersStartAtAMultipleOf64BytesAndDoNotMove()
    {
        for (int length = 1; length < 40; length++)
        {
            var store = new ParameterStore();
            store.Add("p", [length]);
            long values = Address(store.Values), gradients = Address(store.Gradients);
            GC.Collect();
            Assert.That(values % 64, Is.Zero);
            Assert.That(gradients % 64, Is.Zero);
            Assert.That(Address(store.Values), Is.EqualTo(values));
            Assert.That(Address(store.Gradients), Is.EqualTo(gradients));
        }

        static long Address(Span<float> span) => (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(span));
    }

    [Test]
    public void EverythingIsZeroAtFirstAndGradientsCanBeCleared()
    {
        ParameterStore store = TwoParameters();
        Assert.That(store.Values.ContainsAnyExcept(0f) || store.Gradients.ContainsAnyExcept(0f), Is.False);
        store["a"].Gradients.Fill(3);
        store["b"].Values.Fill(4);

        store.ClearGradients();

        Assert.That(store.Gradients.ContainsAnyExcept(0f), Is.False);
        Assert.That(store["b"].Values.ContainsAnyExcept(4f), Is.False);
    }

    [Test]
    public void ParametersAreFoundByTheirExactName()
    {
        ParameterStore store = TwoParameters();
        Assert.Multiple(() =>
        {
            Assert.That(store["a"], Is.SameAs(store.Parameters[0]));
            Assert.That(store.TryGetValue("b", out Parameter? b));
            Assert.That(b, Is.SameAs(store.Parameters[1]));
            Assert.That(store.TryGetValue("A", out _), Is.False);
            Assert.That(store.TryGetValue("", out _), Is.False);
        });
    }

    [Test]
    public void NamesAreComparedByTheirCharacters()
    {
        var store = new ParameterStore();
        foreach (string name in new[] { "a", "A", " a", "\u00e9", "e\u0301", "\U0001F600" })
            store.Add(name, [2]);
        Assert.That(store.Count, Is.EqualTo(6));
        Assert.That(store["e\u0301"].Name, Is.EqualTo("e\u0301"));
    }

    [Test]
    public void ALookUpLeavesTheLayoutOpen()
    {
        ParameterStore store = TwoParameters();
        store.TryGetValue("c", out _);
        _ = store["a"].Shape;
        store["a"].Trainable = false;
        Assert.That(store.IsFrozen, Is.False);
        store.Add("c", [1]);
        Assert.That(store.Count, Is.EqualTo(3));
    }

    public static IEnumerable<TestCaseData> Uses
    {
        get
        {
            yield return Use("Freeze", store => store.Freeze());
            yield return Use("Values", store => _ = store.Values);
            yield return Use("Gradients", store => _ = store.Gradients);
            yield return Use("ClearGradients", store => store.ClearGradients());
            yield return Use("a parameter's Values", store => _ = store["a"].Values);
            yield return Use("a parameter's Gradients", store => _ = store["a"].Gradients);
            yield return Use("a parameter's ValueTensor", store => _ = store["a"].ValueTensor);
            yield return Use("a parameter's GradientTensor", store => _ = store["a"].GradientTensor);
            yield return Use("an optimizer", store => _ = new Sgd(store));

            static TestCaseData Use(string name, Action<ParameterStore> use) => new TestCaseData(use).SetArgDisplayNames(name);
        }
    }

    [TestCaseSource(nameof(Uses))]
    public void TheFirstUseFixesTheLayout(Action<ParameterStore> use)
    {
        ParameterStore store = TwoParameters();

        use(store);

        Assert.That(store.IsFrozen);
        Refusal.Of<InvalidOperationException>(() => store.Add("c", [1]), "\"c\"", "Add all parameters first");
        Assert.That(store.Count, Is.EqualTo(2));
        Assert.That(store.TryGetValue("c", out _), Is.False);
    }

    [Test]
    public void FreezingAgainKeepsTheNumbers()
    {
        ParameterStore store = TwoParameters();
        store["a"].Values[0] = 5;
        store.Freeze();
        Assert.That(store["a"].Values[0], Is.EqualTo(5));
    }

    // Not as attributes, which cannot hold half a surrogate pair.
    public static IEnumerable<TestCaseData> BadNames =>
    [
        new TestCaseData("", "empty").SetArgDisplayNames("empty"),
        new TestCaseData("a", "\"a\"").SetArgDisplayNames("taken"),
        new TestCaseData("x\ud800", "surrogate").SetArgDisplayNames("high surrogate"),
        new TestCaseData("\udc00x", "surrogate").SetArgDisplayNames("low surrogate"),
        new TestCaseData("\udc00\ud800", "surrogate").SetArgDisplayNames("reversed surrogates"),
    ];

    [TestCaseSource(nameof(BadNames))]
    public void BadNamesAreRefused(string name, string reason)
    {
        ParameterStore store = TwoParameters();
        Refusal.OfArgument<ArgumentException>("name", () => store.Add(name, [1]), reason);
        AssertUnchanged(store);
    }

    [Test]
    public void NoNameIsRefused()
    {
        ParameterStore store = TwoParameters();
        Refusal.OfArgument<ArgumentNullException>("name", () => store.Add(null!, [1]));
        Refusal.OfArgument<ArgumentNullException>("name", () => store.TryGetValue(null!, out _));
        Refusal.OfArgument<ArgumentNullException>("name", () => _ = store[null!]);
        AssertUnchanged(store);
    }

    [Test]
    public void AnUnknownNameIsNamedWithThoseThatThereAre()
    {
        ParameterStore store = TwoParameters();
        Refusal.Of<KeyNotFoundException>(() => _ = store["weight"], "\"weight\"", "\"a\", \"b\"");
        Refusal.Of<KeyNotFoundException>(() => _ = new ParameterStore()["x"], "\"x\"", "none");

        for (int i = 0; i < 10; i++)
            store.Add($"more {i}", [1]);
        Refusal.Of<KeyNotFoundException>(() => _ = store["weight"], "\"more 5\" and 4 more.");
    }

    [Test]
    public void MoreElementsThanAnArrayHoldsAreRefused()
    {
        ParameterStore store = TwoParameters();
        AssertRefused([int.MaxValue]);
        AssertRefused([1 << 30, 2]);
        AssertRefused([int.MaxValue, int.MaxValue, 2]);
        AssertUnchanged(store);

        // What is free, but for a last part that padding does not fit into, can be had to the element.
        int free = (AlignedBuffer.MaxLength - 48) / 16 * 16;
        AssertRefused([free + 1]);
        store.Add("rest", [free]);
        AssertRefused([1 + AlignedBuffer.MaxLength % 16]);
        Assert.That(store.IsFrozen, Is.False, "no memory was taken");

        void AssertRefused(Shape shape) => Refusal.OfArgument<ArgumentException>(
            "shape", () => store.Add("big", shape), $"{shape}", $"{shape.ElementCount} elements", "has room for");
    }

    private static ParameterStore TwoParameters()
    {
        var store = new ParameterStore();
        store.Add("a", [3]);
        store.Add("b", [2, 2]);
        return store;
    }

    private static void AssertUnchanged(ParameterStore store)
    {
        Assert.That(store.Parameters.Select(parameter => $"{parameter}"), Is.EqualTo(new[] { "a [3]", "b [2, 2]" }));
        Assert.That(store.ElementCount, Is.EqualTo(7));
        Assert.That(store.IsFrozen, Is.False);
        Assert.That(store.Add("c", [1]).Offset, Is.EqualTo(32));
    }
}
