// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Diagnostics;
using Muen.Sdk.Cli.Commands;
using Spectre.Console;

namespace Muen.Sdk.Cli;

/// <summary>Shows what is being done, on standard error: a spinner and the time on a terminal, a line a step elsewhere, nothing below MSBuild.</summary>
sealed class Steps(bool quiet = false)
{
    /// <summary>As loud as the command line says.</summary>
    public static Steps For(ParseResult parsed) => new(parsed.GetValue(Inputs.MSBuild));

    readonly IAnsiConsole _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    /// <summary>Runs one step.</summary>
    /// <param name="what">What it does, for the user.</param>
    /// <param name="work">The step; it may use any thread.</param>
    public async Task<T> RunAsync<T>(string what, Func<Task<T>> work)
    {
        if (quiet)
        {
            return await work();
        }

        if (Console.IsErrorRedirected)
        {
            await Console.Error.WriteLineAsync($"muen: {what}");
            return await work();
        }

        var watch = Stopwatch.StartNew();
        T result = await _console.Status().StartAsync(Markup.Escape(what), _ => work());
        _console.MarkupLineInterpolated($"[green]✓[/] {what} [dim]{watch.Elapsed.TotalSeconds:0.0} s[/]");
        return result;
    }

    /// <summary>Runs one step that is no task by itself.</summary>
    public Task<T> RunAsync<T>(string what, Func<T> work) => RunAsync(what, () => Task.Run(work));
}
