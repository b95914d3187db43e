// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.CommandLine.Parsing;
using Muen.Sdk.Policy;

namespace Muen.Sdk.Cli;

/// <summary>A wrong command line in one line: what is wrong, what was probably meant, and which help to read.</summary>
static class UsageMistake
{
    /// <summary>Describes the first thing that is wrong.</summary>
    /// <param name="parsed">A command line with errors.</param>
    public static string Describe(ParseResult parsed)
    {
        // A misspelt command is also a missing one; the word that was typed says more. A misspelt option is taken for the argument, and what
        // it should have taken for one too many: the option says more.
        string message = parsed.Errors.Select(e => e.Message).OrderBy(m => m.Contains("'-", StringComparison.Ordinal) ? 0 : m.Contains('\'', StringComparison.Ordinal) ? 1 : 2).First();
        string oneLine = string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
        return $"{oneLine}{Missing(parsed, message)}{Suggestion(parsed, message)} see {FullName(parsed.CommandResult)} --help";
    }

    /// <summary>The arguments that a command was to have: the library's message names the command only.</summary>
    static string Missing(ParseResult parsed, string message) =>
        message.StartsWith("Required argument missing for command", StringComparison.Ordinal)
            ? $": {string.Join(' ', parsed.CommandResult.Command.Arguments.Where(a => a.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(a) is not { Tokens.Count: > 0 }).Select(a => $"<{a.HelpName ?? a.Name}>"))}"
            : "";

    /// <summary>The known word that is nearest to the one in quotation marks.</summary>
    static string Suggestion(ParseResult parsed, string message)
    {
        if (!message.StartsWith("Unrecognized ", StringComparison.Ordinal) || message.Split('\'') is not [_, var word, _])
        {
            return ";";
        }

        string[] known = word.StartsWith('-') ? [.. Options(parsed.CommandResult)] : [.. parsed.CommandResult.Command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name)];
        return Spelling.Nearest(word, known) is { } near ? $"; did you mean '{near}'?" : ";";
    }

    static IEnumerable<string> Options(CommandResult result)
    {
        IEnumerable<string> own = result.Command.Options.Where(o => !o.Hidden).Select(o => o.Name);
        return result.Parent is CommandResult parent ? own.Concat(parent.Command.Options.Where(o => o.Recursive && !o.Hidden).Select(o => o.Name)) : own;
    }

    static string FullName(CommandResult result) => result.Parent is CommandResult parent ? $"{FullName(parent)} {result.Command.Name}" : "muen";
}
