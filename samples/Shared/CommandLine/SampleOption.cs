using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Samples.Shared.Choices;

namespace Samples.Shared.CommandLine;

/// <summary>Options that parse their values strictly and whose errors state the value and what is allowed.</summary>
public static class SampleOption
{
    /// <summary>The seed option of all samples.</summary>
    public static Option<ulong> Seed() => One(
        "--seed",
        "N",
        "Random seed; the same seed gives the same bits on every machine",
        1UL,
        text => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)
            ? seed
            : throw Unusable("--seed", text, $"a whole number from 0 to {ulong.MaxValue}"));

    /// <summary>The output folder option of all samples.</summary>
    public static Option<string> Output(string defaultFolder) =>
        One("--output", "DIR", "Folder for the output files; created if missing", defaultFolder, text => Path("--output", text));

    /// <summary>A whole number from <paramref name="minimum"/> to <paramref name="maximum"/>.</summary>
    public static Option<int> WholeNumber(string name, string description, int defaultValue, int minimum, int maximum) => One(
        name,
        "N",
        description,
        defaultValue,
        text => ParseWholeNumber(name, text, minimum, maximum));

    /// <summary>Returns the whole number in <paramref name="text"/>, for options with several values.</summary>
    /// <exception cref="InputException">
    /// The text is not such a number, or the number is not from <paramref name="minimum"/> to <paramref name="maximum"/>.
    /// </exception>
    public static int ParseWholeNumber(string name, string text, int minimum, int maximum) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= minimum && number <= maximum
            ? number
            : throw Unusable(name, text, string.Create(CultureInfo.InvariantCulture, $"a whole number from {minimum} to {maximum}"));

    /// <summary>A number from <paramref name="minimum"/> to <paramref name="maximum"/>.</summary>
    public static Option<double> Number(
        string name, string valueName, string description, double defaultValue, double minimum, double maximum) =>
        One(name, valueName, description, defaultValue, text => ParseNumber(name, text, minimum, maximum));

    /// <summary>Returns the number in <paramref name="text"/>, such as 0.01 or 1e-2.</summary>
    /// <exception cref="InputException">
    /// The text is not such a number, or the number is not from <paramref name="minimum"/> to <paramref name="maximum"/>.
    /// </exception>
    public static double ParseNumber(string name, string text, double minimum, double maximum) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number >= minimum && number <= maximum
            ? number
            : throw Unusable(name, text, string.Create(CultureInfo.InvariantCulture, $"a number from {minimum} to {maximum}"));

    /// <summary>A number that is null if it is not given.</summary>
    public static Option<double?> OptionalNumber(string name, string valueName, string description, double minimum, double maximum) =>
        One<double?>(name, valueName, description, null, text => ParseNumber(name, text, minimum, maximum));

    /// <summary>A whole number that is null if it is not given.</summary>
    public static Option<int?> OptionalWholeNumber(string name, string description, int minimum, int maximum) =>
        One<int?>(name, "N", description, null, text => ParseWholeNumber(name, text, minimum, maximum));

    /// <summary>A path that is null if it is not given.</summary>
    public static Option<string?> OptionalPath(string name, string valueName, string description) =>
        One<string?>(name, valueName, description, null, text => Path(name, text));

    /// <summary>The optimizer, of those that a sample knows.</summary>
    public static Option<OptimizerChoice> Optimizer(IReadOnlyList<OptimizerChoice> choices, string defaultName) => One(
        "--optimizer",
        "NAME",
        $"One of {OptimizerChoice.Names(choices)}",
        OptimizerChoice.Parse(defaultName, choices),
        name => OptimizerChoice.Parse(name, choices));

    /// <summary>The file that a run is saved to and resumed from; null for none.</summary>
    public static Option<string?> Checkpoint(string description) => OptionalPath("--checkpoint", "FILE", description);

    /// <summary>The largest norm of all gradients together; null for any.</summary>
    public static Option<double?> ClipNorm() =>
        OptionalNumber("--clip-norm", "C", "Clip the global gradient norm to C [default: no limit]", 1e-6, 1e6);

    /// <summary>How many threads share the work.</summary>
    public static Option<int> Threads(int defaultValue) =>
        WholeNumber("--threads", "Number of threads; the results do not depend on it", defaultValue, 1, 1024);

    /// <summary>Throws unless the file that <paramref name="option"/> requires is given.</summary>
    /// <exception cref="InputException">The file is not given.</exception>
    public static void RequireCheckpoint(string? checkpoint, string option)
    {
        if (checkpoint is null)
            throw new InputException($"{option} requires --checkpoint with a file.");
    }

    /// <summary>A path, which need not exist.</summary>
    /// <exception cref="InputException">The path is empty.</exception>
    public static string Path(string name, string text) =>
        text.Length > 0 ? text : throw Unusable(name, text, "a path");

    /// <summary>An option that may be given at most once.</summary>
    /// <param name="name">The name with its dashes.</param>
    /// <param name="valueName">The name of its value in the help.</param>
    /// <param name="description">A line for the help.</param>
    /// <param name="defaultValue">The value if the option is not given.</param>
    /// <param name="parse">Parses the value; throws <see cref="InputException"/> if it cannot.</param>
    public static Option<T> One<T>(string name, string valueName, string description, T defaultValue, Func<string, T> parse) => new(name)
    {
        HelpName = valueName,
        Description = description,
        DefaultValueFactory = _ => defaultValue,
        CustomParser = result => Parse(result, tokens => parse(tokens[0])),
    };

    /// <summary>
    /// A repeatable option, each time with one value or several separated by commas. Its value is null if it is not given.
    /// </summary>
    /// <param name="name">The name with its dashes.</param>
    /// <param name="valueName">The name of its value in the help.</param>
    /// <param name="description">A line for the help.</param>
    /// <param name="defaultValues">The default shown in the help.</param>
    /// <param name="parse">Parses a value; throws <see cref="InputException"/> if it cannot.</param>
    public static Option<IReadOnlyList<T>> Several<T>(
        string name, string valueName, string description, string defaultValues, Func<string, T> parse) => new(name)
        {
            HelpName = valueName,
            Description = $"{description} [default: {defaultValues}]",
            Arity = ArgumentArity.OneOrMore,
            CustomParser = result => Parse<IReadOnlyList<T>>(
                result, tokens => [.. tokens.SelectMany(token => token.Split(',', StringSplitOptions.TrimEntries)).Select(parse)]),
        };

    /// <summary>Creates the error for a value that is not allowed.</summary>
    public static InputException Unusable(string name, string text, string allowed) =>
        new($"{name} is {(text.Length == 0 ? "empty" : text)}; it must be {allowed}.");

    private static T? Parse<T>(ArgumentResult result, Func<string[], T> parse)
    {
        try
        {
            return parse([.. result.Tokens.Select(token => token.Value)]);
        }
        catch (InputException exception)
        {
            result.AddError(exception.Message);
            return default;
        }
    }
}
