// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Muen.Sdk.Cli.Building;
using Muen.Sdk.Cli.Running;
using Muen.Sdk.Elf;
using Muen.Sdk.Image;
using Muen.Sdk.Machine;
using Spectre.Console;

namespace Muen.Sdk.Cli.Commands;

/// <summary>`muen bench`: measures the kernel on the spot and sets the figures beside the original's.</summary>
static partial class BenchCommand
{
    static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    /// <summary>What the original Muen 1.1.1 needs, measured the same way (release kernel, one processor).</summary>
    static readonly Dictionary<string, long> s_original = new(StringComparer.Ordinal)
    {
        ["vmcall_event"] = 1662,
        ["vmcall_handover"] = 1664,
        ["timer_same"] = 1786,
        ["timer_other"] = 1803,
        ["trap_resume"] = 3300,
        ["kernel_text_bytes"] = 20902,
        ["kernel_lines"] = 5681,
        ["asm_instructions"] = 280,
        ["worst_stack_bytes"] = 1520,
    };

    /// <summary>One figure.</summary>
    sealed record Figure(string Name, long Value, string Unit)
    {
        public long? Original => s_original.TryGetValue(Name, out long value) ? value : null;
    }

    public static Command Create()
    {
        Option<bool> json = new(Inputs.JsonName) { Description = "print one JSON object a line: name, value, unit, original" };
        Command command = new("bench", """
            measure what the kernel costs, in instructions counted by Bochs with one processor

            Exit code: 0, 1 it could not be measured, 2 the command line is wrong.

            Examples:
              muen bench
              muen bench --json
            """) { json };
        command.SetAction(async (parsed, cancellation) =>
        {
            IReadOnlyList<Figure> figures = await MeasureAsync(Checkout.Find(), cancellation);
            if (parsed.GetValue(json))
            {
                foreach (Figure f in figures)
                {
                    Console.WriteLine(JsonSerializer.Serialize(new { name = f.Name, value = f.Value, unit = f.Unit, original = f.Original }));
                }
            }
            else
            {
                Show(figures);
            }

            return 0;
        });
        return command;
    }

    static async Task<IReadOnlyList<Figure>> MeasureAsync(Checkout checkout, CancellationToken cancellation)
    {
        string policy = Path.Combine(checkout.Root, "tests", "bench", "system.xml");
        var options = new BuildOptions(policy, Checkout.OutputOf(policy), null, new Dictionary<string, string>()) { ReleaseKernel = true };
        var build = new SystemBuild(options, new Steps());
        using var disc = new TemporaryDisc();
        string copy = "";
        await build.PackAsync(cancellation, iso => copy = disc.Copy(iso));
        IReadOnlyList<string> lines = await new Steps().RunAsync("count instructions in Bochs", () => RunAsync(copy, cancellation));

        List<Figure> figures =
        [
            .. from line in lines
               let match = Measured().Match(line)
               where match.Success
               select new Figure(match.Groups["name"].Value, long.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture), "instructions"),
        ];
        ElfFile kernel = ElfFile.Load(Path.Combine(options.OutputFolder, "kernel.elf"));
        figures.Add(new("kernel_text_bytes", (long)(kernel.FindSection(".text")?.Size ?? 0), "bytes"));
        figures.Add(new("kernel_lines", Lines(Path.Combine(checkout.Root, "src", "Muen.Kernel")), "lines"));
        figures.Add(new("asm_instructions", build.Kernel!.StubInstructions, "instructions"));
        figures.Add(new("worst_stack_bytes", build.Kernel.WorstStackBytes ?? throw new UserException("the kernel's stack has no bound"), "bytes"));
        return figures;
    }

    static async Task<IReadOnlyList<string>> RunAsync(string iso, CancellationToken cancellation)
    {
        using BochsMachine machine = await BochsMachine.StartAsync(new BochsOptions { IsoPath = iso, Processors = 1 }, cancellation);
        Transcript transcript = Transcript.Of(machine);
        await transcript.WaitForAsync(Finished(), s_limit, cancellation: cancellation);
        machine.Stop();
        await transcript.Ended;
        return transcript.Lines;
    }

    /// <summary>Lines of the kernel's own C# that are neither blank nor comment.</summary>
    static int Lines(string folder) => Directory.GetFiles(folder, "*.cs").SelectMany(File.ReadLines)
        .Count(l => l.Trim() is { Length: > 0 } text && !text.StartsWith("//", StringComparison.Ordinal));

    static void Show(IReadOnlyList<Figure> figures)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumn("figure").AddColumn(new TableColumn("value").RightAligned())
            .AddColumn("unit").AddColumn(new TableColumn("original Muen").RightAligned());
        foreach (Figure f in figures)
        {
            table.AddRow(f.Name, f.Value.ToString(CultureInfo.InvariantCulture), f.Unit, f.Original?.ToString(CultureInfo.InvariantCulture) ?? "");
        }

        AnsiConsole.Write(table);
    }

    [GeneratedRegex(@"^(?<name>[a-z_]+) (?<value>\d+)$")]
    private static partial Regex Measured();

    [GeneratedRegex("^bench: finished")]
    private static partial Regex Finished();
}
