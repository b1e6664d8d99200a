namespace TensorEngine;

/// <summary>
/// Something whose state is saved and loaded with a run: optimizers, averages, generators, and types of your own, which a
/// <c>Checkpoint</c> takes under a name.
/// </summary>
public interface IStateful
{
    /// <summary>
    /// The parameters that the state belongs to; none by default. A checkpoint takes only what belongs to parameters of its own stores.
    /// </summary>
    IReadOnlyList<Parameter> Parameters => [];

    /// <summary>
    /// Describes everything that what comes next depends on, the same way whether it is saved, loaded or checked. Changes nothing
    /// outside <see cref="StateArchive.Commit"/>.
    /// </summary>
    /// <param name="archive">Takes the object's own values, and gives those to go on with.</param>
    void Describe(StateArchive archive);
}
