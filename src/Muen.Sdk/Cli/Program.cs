// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.CommandLine.Help;
using Muen.Sdk.Cli.Commands;
using Muen.Sdk.Image;
using Muen.Sdk.Machine;

namespace Muen.Sdk.Cli;

/// <summary>
/// Entry of the `muen` command. The one place that turns errors into text: what the user can mend becomes a line, everything else is
/// our bug and says so.
/// </summary>
static class Program
{
    /// <summary>Code of every error that has none of its own.</summary>
    const string FailureCode = "MUEN4000";

    static readonly Option<bool> s_verbose = new("--verbose") { Description = "show details when something fails inside muen", Recursive = true };

    static async Task<int> Main(string[] arguments)
    {
        RootCommand root = CreateRoot();
        ParseResult parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        // Whoever asked for JSON gets it, a mistake on the command line and our own bugs included.
        bool json = arguments.Contains(Inputs.JsonName) && parsed.CommandResult.Command.Options.Any(o => o.Name == Inputs.JsonName) && !parsed.GetValue(Inputs.MSBuild);
        if (parsed.Errors.Count > 0)
        {
            return Fail(UsageMistake.Describe(parsed), UserException.Usage, json: json);
        }

        using var signals = new Signals();
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, signals.Token);
        }
        catch (OperationCanceledException)
        {
            return signals.ExitCode;
        }
        catch (UserException error)
        {
            return Fail(error.Message, error.ExitCode, msbuild: parsed.GetValue(Inputs.MSBuild), json: json);
        }
        catch (Exception error) when (error is MachineException or PackException or IOException or UnauthorizedAccessException)
        {
            return Fail(error.Message, UserException.Failure, parsed.GetValue(s_verbose) ? error : null, parsed.GetValue(Inputs.MSBuild), json);
        }
        catch (Exception error)
        {
            string advice = parsed.GetValue(s_verbose) ? "" : "; run it again with --verbose and report what that prints, with the files it was given";
            return Fail($"this is a bug of muen, not a mistake of yours: {error.GetType().Name}: {FirstLine(error.Message)}{advice}", UserException.Failure, parsed.GetValue(s_verbose) ? error : null, parsed.GetValue(Inputs.MSBuild), json);
        }
    }

    /// <summary>Every command.</summary>
    internal static RootCommand CreateRoot()
    {
        RootCommand root = new("Builds, checks and runs systems of the Muen separation kernel.")
        {
            s_verbose,
            Inputs.MSBuild,
            PolicyCommand.Create(),
            BuildCommand.Create(),
            PackCommand.Create(),
            RunCommand.Create(),
            DebugCommand.Create(),
            NativeCommand.Create(),
            ConfigCommand.Create(),
            VerifyCommand.Create(),
            DiffCommand.Create(),
            ReportCommand.Create(),
            SchemaCommand.Create(),
            ExplainCommand.Create(),
            HardwareCommand.Create(),
            SymbolizeCommand.Create(),
            ToolsCommand.Create(),
            DemoCommand.Create(),
            BenchCommand.Create(),
        };
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new ShortListHelp((HelpAction)help.Action!);
        return root;
    }

    static int Fail(string message, int exitCode, Exception? details = null, bool msbuild = false, bool json = false)
    {
        // Errors with a place stand for themselves, so that editors and MSBuild find them; MSBuild wants a code as well.
        bool complete = message.Contains(": error ", StringComparison.Ordinal);
        bool coded = complete || message.StartsWith("error ", StringComparison.Ordinal);
        if (json)
        {
            Console.WriteLine(ErrorList.Json(message));
        }
        else
        {
            Console.Error.WriteLine(complete ? message : msbuild && !coded ? $"muen: error {FailureCode}: {message}" : $"muen: {message}");
        }

        if (details is not null)
        {
            Console.Error.WriteLine(details);
        }

        return exitCode;
    }

    static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd();
}
