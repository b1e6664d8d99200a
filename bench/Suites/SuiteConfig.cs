using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using BenchmarkDotNet.Validators;
using Perfolizer.Horology;

namespace TensorEngine.Benchmarks.Suites;

/// <summary>How the suites are run and shown: a short job, and times as what they cost per element.</summary>
internal static class SuiteConfig
{
    // In this process: nothing to build, and what is compiled for one benchmark need not be compiled again for the next.
    private static Job ShortJob { get; } = new Job("Short")
        .WithToolchain(InProcessEmitToolchain.Instance)
        .WithWarmupCount(3)
        .WithIterationCount(9)
        .WithIterationTime(TimeInterval.FromMilliseconds(60))
        .AsDefault();

    /// <summary>The configuration of all suites.</summary>
    /// <param name="withShortJob">Whether to run the short job, minutes for everything; if not, the command line names another.</param>
    public static IConfig Create(bool withShortJob) => ManualConfig.CreateEmpty()
        .AddJob(withShortJob ? [ShortJob] : [])
        .AddLogger(ConsoleLogger.Default)
        .AddValidator(JitOptimizationsValidator.FailOnError)
        .AddDiagnoser(MemoryDiagnoser.Default)
        .AddColumn(TargetMethodColumn.Method)
        .AddColumnProvider(DefaultColumnProviders.Params)
        .AddColumn(StatisticColumn.Median, ElementColumn.Nanoseconds, ElementColumn.GigabytesPerSecond, SpeedColumn.GigaflopsPerSecond, SpeedColumn.PercentOfLimit, BaselineRatioColumn.RatioMean)
        .AddColumnProvider(DefaultColumnProviders.Metrics)
        .AddExporter(MarkdownExporter.GitHub)
        .WithSummaryStyle(SummaryStyle.Default.WithTimeUnit(TimeUnit.Microsecond).WithMaxParameterColumnWidth(30));
}
