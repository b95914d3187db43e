// SPDX-License-Identifier: MIT

using System.CommandLine;
using Muen.Sdk.Cli.Hardware;

namespace Muen.Sdk.Cli.Commands;

/// <summary>`muen hardware`: the hardware section of a policy for the machine that it runs on.</summary>
static class HardwareCommand
{
    const string Help = """
        describe a Linux machine as the hardware section of a policy, to be included

        Read are the firmware's memory map and tables (MADT, DMAR, MCFG), processors, ports and PCI devices, from /sys and /proc, as root. What is left out or a guess is
        said in comments and on standard error.
        Exit code: 0, 1 something is missing or damaged, 2 the command line is wrong.

        Examples:
          sudo muen hardware -o hardware.xml
          muen hardware --root recorded-tree --tsc-khz 2400000
          muen hardware --json
        """;

    public static Command Create()
    {
        Option<string> root = new("--root") { Description = "a folder with copies of the machine's /sys and /proc", HelpName = "DIR", DefaultValueFactory = _ => "/" };
        Option<int?> frequency = Inputs.Number("--tsc-khz", "KHZ", "the TSC's frequency, where it is known better", 1, int.MaxValue);
        Option<bool> json = Inputs.Json();
        Option<string?> output = Inputs.TextOutput();
        Command command = new("hardware", Help) { root, frequency, json, output };
        command.SetAction(parsed =>
        {
            string folder = parsed.GetValue(root)!;
            if (!Directory.Exists(folder))
            {
                throw new UserException($"there is no folder {folder}");
            }

            HardwareModel model = HardwareSurvey.Describe(new RecordedTree(folder), (ulong?)parsed.GetValue(frequency));
            string text = parsed.GetValue(json) ? HardwareText.Json(model) : HardwareText.Xml(model);
            foreach (string note in model.Notes)
            {
                Console.Error.WriteLine($"muen: {note}");
            }

            Inputs.Print(text, parsed.GetValue(output));
            return 0;
        });
        return command;
    }
}
