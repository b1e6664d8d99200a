namespace TensorEngine;

/// <summary>
/// An object whose state is saved and loaded with a run: optimizers, averages, generators, and types of your own. Add it to a
/// <c>Checkpoint</c> under a name.
/// </summary>
public interface IStateful
{
    /// <summary>
    /// The parameters that the state belongs to; none by default. A checkpoint accepts only state that belongs to parameters of its own
    /// stores.
    /// </summary>
    IReadOnlyList<Parameter> Parameters => [];

    /// <summary>
    /// Describes all state that later results depend on, in the same way for saving, loading and checking. Changes nothing outside
    /// <see cref="StateArchive.Commit"/>.
    /// </summary>
    /// <param name="archive">Receives the object's own values, and returns those to continue with.</param>
    void Describe(StateArchive archive);
}
