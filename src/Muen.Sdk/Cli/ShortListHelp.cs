// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Muen.Sdk.Cli;

/// <summary>Help whose list of commands has a line for each: exit codes and examples are for the help of the command itself.</summary>
sealed class ShortListHelp(HelpAction full) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => full.ClearsParseErrors;

    public override int Invoke(ParseResult parseResult)
    {
        // The process ends after its help, so nobody misses what is taken away here.
        foreach (Command command in parseResult.CommandResult.Command.Subcommands)
        {
            command.Description = command.Description?.Split('\n', 2)[0].TrimEnd();
        }

        return full.Invoke(parseResult);
    }
}
