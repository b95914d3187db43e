// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Text.Json;
using Muen.Sdk.Machine;
using Muen.Sdk.Native;
using Spectre.Console;

namespace Muen.Sdk.Cli.Commands;

/// <summary>`muen tools`: what this machine has, and what it lacks, all of it in one line, before anything fails for want of it.</summary>
static class ToolsCommand
{
    const string Build = "build";
    const string Run = "run";
    const string MissingTools = "MUEN4002";

    static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        Option<string> purpose = new("--for") { Description = "what it is needed for", HelpName = $"{Build}|{Run}", DefaultValueFactory = _ => Run };
        purpose.AcceptOnlyFromAmong(Build, Run);
        Option<bool> json = Inputs.Json();
        Command command = new("tools", """
            say which programs of other projects are there, in which version; which are missing, and which packages bring them

            Exit code: 0 nothing is missing, 1 something is, 2 the command line is wrong.

            Examples:
              muen tools
              muen tools --for build
            """) { purpose, json };
        command.SetAction(parsed =>
        {
            MachineTool[] missing =
            [
                .. Toolchain.FindLinker(out _) is null ? [MachineTool.Linker] : Array.Empty<MachineTool>(),
                .. BootDisc.Missing(),
                .. parsed.GetValue(purpose) == Run && QemuMachine.Obstacle() is not null ? BochsProgram.Missing() : [],
            ];
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new { missing, found = InstalledTools.Find(parsed.GetValue(purpose) == Run) }, s_json));
                return missing.Length == 0 ? 0 : UserException.Failure;
            }

            if (!parsed.GetValue(Inputs.MSBuild))
            {
                Table table = PlainTable.New("program", "version", "path");
                foreach (InstalledTool tool in InstalledTools.Find(parsed.GetValue(purpose) == Run))
                {
                    PlainTable.Row(table, tool.What, tool.Version ?? "not said", tool.Path);
                }

                PlainTable.Write(table);
            }

            return missing.Length == 0 ? 0 : throw new UserException($"error {MissingTools}: {MachineTool.Advice(missing)}");
        });
        return command;
    }
}
