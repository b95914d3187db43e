// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;
using Muen.Sdk.Machine;

namespace Muen.SystemTests;

/// <summary>A system of tests/systems, built by the command line and booted in Bochs until its judge has spoken.</summary>
static partial class BootedSystem
{
    /// <summary>Bochs on a machine that does other things too.</summary>
    static readonly TimeSpan s_limit = TimeSpan.FromMinutes(4);

    /// <summary>Builds and boots.</summary>
    /// <param name="name">Name of the policy without .xml.</param>
    /// <param name="output">Folder for the image.</param>
    /// <param name="processors">Processors of the machine.</param>
    /// <returns>The console's lines; the kernel's begin with <c>kernel|</c>.</returns>
    public static Task<IReadOnlyList<string>> RunAsync(string name, string output, int processors = 2) =>
        RunFileAsync(Path.Combine(Command.Root, "tests/systems", name + ".xml"), output, processors);

    /// <summary>Builds and boots a policy that lies anywhere.</summary>
    /// <inheritdoc cref="RunAsync"/>
    /// <param name="model">Bochs' name of the processor; null for the first of its models.</param>
    /// <param name="end">The line that ends the run; null for the judge's last.</param>
    /// <param name="memoryMiB">Memory of the machine.</param>
    /// <param name="kernel">A kernel that is there; null for the debug kernel of the source tree.</param>
    public static async Task<IReadOnlyList<string>> RunFileAsync(string policy, string output, int processors = 2, string? model = null, Regex? end = null, string? kernel = null, int memoryMiB = 256)
    {
        Command.Result built = await Command.Muen(["build", policy, "-o", output, .. kernel is null ? Array.Empty<string>() : ["--kernel", kernel]]);
        Assert.True(built.ExitCode == 0, built.All);
        using BochsMachine machine = await BochsMachine.StartAsync(
            new BochsOptions { IsoPath = Path.Combine(output, "system.iso"), Processors = processors, MemoryMiB = memoryMiB, Model = model ?? BochsOptions.Models[0], AllowsOtherModels = model is not null }, CancellationToken.None);
        Transcript transcript = Transcript.Of(machine);
        await transcript.WaitForAsync(end ?? Finished(), s_limit);
        machine.Stop();
        await transcript.Ended;
        return transcript.Lines;
    }

    /// <summary>The kernel printed its greeting and nothing else: no trap, no panic.</summary>
    public static void NobodyWasStopped(IReadOnlyList<string> lines) =>
        Assert.DoesNotContain(lines, l => l.StartsWith("kernel|", StringComparison.Ordinal) && !l.Contains("Muen for .NET", StringComparison.Ordinal));

    [GeneratedRegex("^judge: finished")]
    private static partial Regex Finished();
}
