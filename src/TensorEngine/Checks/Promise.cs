namespace TensorEngine.Checks;

/// <summary>What the library promises of a step, and what it takes from a rule for that.</summary>
public enum Promise
{
    /// <summary>The options name each state once, and as many as the rule has, whatever the options are set to.</summary>
    StatesFitTheRule,

    /// <summary>The same run gives the same bits again.</summary>
    SameBitsInEveryRun,

    /// <summary>A run gives the same bits while another one, with other options, goes on in between.</summary>
    NothingKeptElsewhere,

    /// <summary>An element has the same bits in spans of every length, at every position and alignment.</summary>
    SameBitsAnywhere,

    /// <summary>An element has the same bits at 16, 8, 4 and 1 lanes.</summary>
    SameBitsAtEveryWidth,

    /// <summary>An element has the same bits with any number of threads.</summary>
    SameBitsWithThreads,

    /// <summary>A step allocates 0 bytes.</summary>
    NothingAllocated,

    /// <summary>What lies between two parameters of a store, in values and in state, stays 0.</summary>
    PaddingStaysZero,

    /// <summary>Scaling, clipping, clearing, skipping and maximizing do to a step what they do to its gradients.</summary>
    GradientOptionsHold,

    /// <summary>A parameter that is not trainable keeps its values, its state and its step count.</summary>
    FrozenStaysFrozen,

    /// <summary>The parameters of a group follow the group's options, and its learning rate in force.</summary>
    GroupsFollowTheirOptions,

    /// <summary>Every option comes back from a file.</summary>
    OptionsAreSaved,

    /// <summary>State, carried numbers, step counts and learning rates come back from a file.</summary>
    StateIsSaved,

    /// <summary>Steps after loading have the same bits as those of the run that was saved.</summary>
    SameBitsAfterResume,
}

/// <summary>What reports call the promises.</summary>
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
