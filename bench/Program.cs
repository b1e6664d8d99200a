using System.CommandLine;
using BenchmarkDotNet.Running;
using TensorEngine.Benchmarks.Files;
using TensorEngine.Benchmarks.Limits;
using TensorEngine.Benchmarks.Networks;
using TensorEngine.Benchmarks.Peers;
using TensorEngine.Benchmarks.Products;
using TensorEngine.Benchmarks.Suites;

var suite = new Command("suite", "Run BenchmarkDotNet suites; its own switches follow, as in: suite --filter *Adam*")
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
    StartupCommand.Create(),
    ScalingCommand.Create(),
    TailsCommand.Create(),
    FilesCommand.Create(),
    FuzzCommand.Create(),
    KillsCommand.Create(),
    EnduranceCommand.Create(),
};
return root.Parse(args.Length == 0 ? ["--help"] : args).Invoke();
