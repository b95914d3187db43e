// SPDX-License-Identifier: MIT

using System.CommandLine;
using Muen.Sdk.Machine;

namespace Muen.Sdk.Cli.Running;

/// <summary>Where the user sees a machine.</summary>
/// <param name="Library">Bochs' library for its screen.</param>
/// <param name="IsWindow">Whether that is a window, which takes keys, too.</param>
/// <param name="HasConsole">Whether the serial console is shown, and takes keys.</param>
sealed record ScreenChoice(string Library, bool IsWindow, bool HasConsole)
{
    const string Auto = "auto";
    const string Window = "window";
    const string Terminal = "terminal";
    const string Nowhere = "none";

    /// <summary>The terminal.</summary>
    public static ScreenChoice OnTerminal { get; } = new(BochsOptions.Viewer, IsWindow: false, HasConsole: true);

    /// <summary>`--display`.</summary>
    /// <param name="byDefault">What is taken when the user says nothing.</param>
    public static Option<string> Option(bool byDefault)
    {
        Option<string> option = new("--display")
        {
            Description = "where to show it: in Bochs' window, here, or nowhere; auto is a window where there is a display",
            HelpName = $"{Auto}|{Window}|{Terminal}|{Nowhere}",
            DefaultValueFactory = _ => byDefault ? Auto : Terminal,
        };
        option.AcceptOnlyFromAmong(Auto, Window, Terminal, Nowhere);
        return option;
    }

    /// <summary>What the user's choice means on this machine; a window that cannot be is said to be none.</summary>
    /// <param name="choice">The option's value.</param>
    /// <exception cref="UserException">A window is asked for where there is no display.</exception>
    public static ScreenChoice Of(string choice)
    {
        switch (choice)
        {
            case Nowhere:
                return OnTerminal with { HasConsole = false };
            case Terminal:
                return OnTerminal;
        }

        bool x11 = Has("DISPLAY");
        bool wayland = Has("WAYLAND_DISPLAY");
        if (!x11 && !wayland)
        {
            return choice == Auto ? OnTerminal : throw new UserException("there is no display for a window: neither DISPLAY nor WAYLAND_DISPLAY is set");
        }

        if (BochsProgram.Find().Windows.FirstOrDefault(w => x11 || w != "x") is { } library)
        {
            return new(library, IsWindow: true, HasConsole: true);
        }

        string advice = x11 ? MachineTool.Advice(MachineTool.BochsWindow) : MachineTool.Advice(MachineTool.BochsWaylandWindow);
        Console.Error.WriteLine($"muen: no window, the screen is drawn here: {advice}");
        return OnTerminal;
    }

    static bool Has(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));
}
