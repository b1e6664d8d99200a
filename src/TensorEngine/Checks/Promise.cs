namespace TensorEngine.Checks;

/// <summary>Specifies what the library promises about a step; a rule must do its part to keep each promise.</summary>
public enum Promise
{
    /// <summary>The options name each state of the rule exactly once, whatever the options are set to.</summary>
    StatesFitTheRule,

    /// <summary>Repeating a run gives the same bits.</summary>
    SameBitsInEveryRun,

    /// <summary>A run gives the same bits when another run with other options is interleaved with it.</summary>
    NothingKeptElsewhere,

    /// <summary>An element has the same bits in spans of every length, at every position and alignment.</summary>
    SameBitsAnywhere,

    /// <summary>An element has the same bits at 16, 8, 4 and 1 lanes.</summary>
    SameBitsAtEveryWidth,

    /// <summary>An element has the same bits with any number of threads.</summary>
    SameBitsWithThreads,

    /// <summary>A step allocates 0 bytes.</summary>
    NothingAllocated,

    /// <summary>The padding between two parameters of a store stays 0, in the values and in the state.</summary>
    PaddingStaysZero,

    /// <summary>
    /// Scaling, clipping, clearing, skipping and maximizing affect a step exactly as if the gradients had been changed beforehand.
    /// </summary>
    GradientOptionsHold,

    /// <summary>A parameter that is not trainable keeps its values, its state and its step count.</summary>
    FrozenStaysFrozen,

    /// <summary>The parameters of a group follow the group's options and its current learning rate.</summary>
    GroupsFollowTheirOptions,

    /// <summary>Every option survives saving and loading.</summary>
    OptionsAreSaved,

    /// <summary>State, carried numbers, step counts and learning rates survive saving and loading.</summary>
    StateIsSaved,

    /// <summary>Steps taken after loading have the same bits as those of the run that was saved.</summary>
    SameBitsAfterResume,
}

/// <summary>The names of the promises in reports.</summary>
internal static class PromiseText
{
    private static readonly string[] s_texts =
    [
        "the states fit the rule",
        "same bits in every run",
        "nothing kept elsewhere",
        "same bits anywhere",
        "same bits at every width",
        "same bits with threads",
        "nothing allocated",
        "padding stays zero",
        "gradient options hold",
        "frozen stays frozen",
        "groups follow their options",
        "options are saved",
        "state is saved",
        "same bits after a resume",
    ];

    /// <summary>The length of the longest.</summary>
    public static int Width { get; } = s_texts.Max(text => text.Length);

    public static string Of(Promise promise) => s_texts[(int)promise];
}
