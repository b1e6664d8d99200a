using TensorEngine.Generators;

namespace TensorEngine.Tests.Support;

/// <summary>
/// The generator that the documentation of <see cref="Generator"/> shows, as a user of the package writes it.
/// Source: Steele, Lea and Flood, Fast splittable pseudorandom number generators, 2014.
/// </summary>
public class SplitMix(ulong seed) : Generator
{
    private ulong _state = seed;

    public override GeneratorState SaveState() => new("splitmix64", [_state]);

    public override void RestoreState(GeneratorState state) => _state = GeneratorState.WordsOf(state, "splitmix64", 1)[0];

    protected override uint NextWord()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (uint)((z ^ (z >> 31)) >> 32);
    }
}
