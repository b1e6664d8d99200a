using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Globalization;
using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace Samples.Shared.CommandLine;

/// <summary>Runs a sample: parses the options, handles Ctrl+C, and turns errors into exit codes.</summary>
public static class SampleProgram
{
    /// <summary>Runs a sample.</summary>
    /// <param name="command">The command and its options.</param>
    /// <param name="examples">Command lines for the help.</param>
    /// <param name="arguments">The command-line arguments.</param>
    /// <param name="run">
    /// The sample. It may throw <see cref="InputException"/>, and <see cref="OperationCanceledException"/> after Ctrl+C.
    /// </param>
    /// <returns>The exit code.</returns>
    public static int Run(
        RootCommand command, IReadOnlyList<string> examples, IReadOnlyList<string> arguments, Action<ParseResult, CancellationToken> run)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(run);
        using var interruption = new Interruption();
        AddExamples(command, examples);

        // An argument that starts with @ is a value like any other, not the name of a file with more arguments.
        ParseResult result = command.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Action is ParseErrorAction)
            return Fail(result.Errors[0].Message);
        if (result.Action is not null)
            return result.Invoke();

        HintAtWiderRegisters();
        try
        {
            run(result, interruption.Token);
            return ExitCode.Success;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (InputException exception)
        {
            return Fail(exception.Message);
        }
        catch (OutOfMemoryException)
        {
            return Fail("There is not enough memory for these options.");
        }
    }

    /// <summary>Warns if a program that was compiled ahead of time uses narrower registers than the processor has.</summary>
    private static void HintAtWiderRegisters()
    {
        if (RuntimeFeature.IsDynamicCodeSupported || LaneWidth.Current >= LaneWidth.Processor)
            return;
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            Hint: compiled ahead of time for registers of {LaneWidth.Current} floats, and this processor has {LaneWidth.Processor}.
            Publish with -p:IlcInstructionSet=native for processors like that of the machine that compiles.
            """));
    }

    private static int Fail(string message)
    {
        Console.Error.WriteLine(message.ReplaceLineEndings(" "));
        return ExitCode.BadInput;
    }

    private static void AddExamples(RootCommand command, IReadOnlyList<string> examples)
    {
        HelpOption option = command.Options.OfType<HelpOption>().Single();
        option.Action = new HelpWithExamples((SynchronousCommandLineAction)option.Action!, examples);
    }

    /// <summary>Writes the usual help, followed by examples.</summary>
    private sealed class HelpWithExamples(SynchronousCommandLineAction help, IReadOnlyList<string> examples) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            int code = help.Invoke(parseResult);
            TextWriter output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (string example in examples)
                output.WriteLine($"  {example}");
            return code;
        }
    }
}
