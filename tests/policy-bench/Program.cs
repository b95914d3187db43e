// SPDX-License-Identifier: MIT
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;

namespace Muen.Sdk.Policy.Bench;

internal static class Program
{
    /// <summary>Until the compiler of .NET has seen what is hot.</summary>
    private const int WarmUps = 12;
    private const int Runs = 8;

    private static void Main(string[] arguments)
    {
        // In this process: a project that BenchmarkDotNet makes itself would need this repository's settings.
        ManualConfig config = ManualConfig.CreateEmpty()
            .AddJob(Job.Default.WithToolchain(InProcessNoEmitToolchain.Instance).WithWarmupCount(WarmUps).WithIterationCount(Runs))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Params, DefaultColumnProviders.Statistics, DefaultColumnProviders.Metrics)
            .AddColumn(TargetMethodColumn.Method)
            .AddExporter(MarkdownExporter.GitHub)
            .AddLogger(ConsoleLogger.Default)
            .WithArtifactsPath(arguments.Length > 0 ? arguments[0] : "artifacts/bench");
        BenchmarkRunner.Run<CompileBenchmark>(config);
    }
}
