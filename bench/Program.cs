using System.CommandLine;
using System.CommandLine.Invocation;
using BenchmarkDotNet.Running;
using Samples.Shared.CommandLine;
using TensorEngine.Benchmarks.Files;
using TensorEngine.Benchmarks.Limits;
using TensorEngine.Benchmarks.Networks;
using TensorEngine.Benchmarks.Peers;
using TensorEngine.Benchmarks.Products;
using TensorEngine.Benchmarks.Suites;
using TensorEngine.Benchmarks.Tool;
using TensorEngine.Benchmarks.Tool.Measuring;

var suite = new Command("suite", "Run BenchmarkDotNet suites; append its own switches, as in: suite --filter *Adam*")
{
    TreatUnmatchedTokensAsErrors = false,
};
suite.SetAction(parsed =>
{
    IEnumerable<string> switches = parsed.UnmatchedTokens;
    if (!switches.Any(token => token is "-f" or "--filter" or "--list"))
        switches = switches.Concat(["--filter", "*"]);
    bool failed = BenchmarkSwitcher
        .FromAssembly(typeof(SuiteConfig).Assembly)
        .Run([.. switches], SuiteConfig.Create(withShortJob: !switches.Any(token => token is "-j" or "--job")))
        .Any(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success));
    return failed ? 1 : 0;
});

var root = new RootCommand("Benchmarks of the engine.")
{
    RunCommand.Create(),
    CompareCommand.Create(),
    VersusCommand.Create(),
    PictureCommands.CreateRoofline(),
    PictureCommands.CreateReport(),
    OneProcess.Create(),
    suite,
    PeersCommand.Create(),
    ProductsCommand.Create(),
    NetworksCommand.Create(),
    WhichCommand.Create(),
    NetworkMemory.Create(),
    OptimizersCommand.Create(),
    CompressedCommand.Create(),
    CompressedTrainingCommand.Create(),
    DenormalsCommand.Create(),
    ThreadsCommand.Create(),
    IdleProcess.Create(),
    StartupCommand.Create(),
    ScalingCommand.Create(),
    TailsCommand.Create(),
    FilesCommand.Create(),
    FuzzCommand.Create(),
    KillsCommand.Create(),
};
ParseResult parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
if (parsed.Action is ParseErrorAction)
    return Misuse(parsed.Errors[0].Message);
try
{
    // What nobody has thought of must not end with the exit code of a slower row.
    return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (InputException exception)
{
    return Misuse(exception.Message);
}
catch (OperationCanceledException)
{
    return ExitCode.Interrupted;
}

static int Misuse(string message)
{
    Console.Error.WriteLine(message);
    return ExitCode.BadInput;
}
