// SPDX-License-Identifier: MIT

using System.Diagnostics;
using Spectre.Console;

namespace Muen.Sdk.Cli;

/// <summary>Shows what is being done, on standard error: a spinner and the time on a terminal, a line a step elsewhere.</summary>
sealed class Steps
{
    readonly IAnsiConsole _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    /// <summary>Runs one step.</summary>
    /// <param name="what">What it does, for the user.</param>
    /// <param name="work">The step; it may use any thread.</param>
    public async Task<T> RunAsync<T>(string what, Func<Task<T>> work)
    {
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
