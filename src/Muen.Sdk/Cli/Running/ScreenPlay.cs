// SPDX-License-Identifier: MIT

using System.Globalization;
using Muen.Sdk.Machine;

namespace Muen.Sdk.Cli.Running;

/// <summary>
/// A script of what a user does at the machine's keyboard, and sees: one step a line, `#` begins a comment. `wait TEXT` waits until the screen has the text in a line,
/// `press KEY...` presses keys by name (F1 to F12, Enter, Escape, Up, Down, Left, Right, or a character), `type TEXT` types, `pause SECONDS` waits, `screenshot FILE.png` writes the screen.
/// The screen and the keys are the VGA's and its keyboard's; of a script whose first line is `console` those of the console, the first serial port.
/// </summary>
sealed class ScreenPlay
{
    /// <summary>The first line of a script that is played on the console.</summary>
    const string ConsoleVerb = "console";

    /// <summary>How long a `wait` waits when the run has no limit of its own.</summary>
    static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    static readonly Dictionary<string, uint> s_keys = new(StringComparer.Ordinal)
    {
        ["Enter"] = VgaScreen.Enter,
        ["Escape"] = VgaScreen.Escape,
        ["Left"] = VgaScreen.Left,
        ["Up"] = VgaScreen.Up,
        ["Right"] = VgaScreen.Right,
        ["Down"] = VgaScreen.Down,
        ["PageUp"] = VgaScreen.PageUp,
        ["Space"] = ' ',
    };

    readonly List<(int Line, Func<IPlayedScreen, CancellationToken, Task> Do)> _steps = [];
    readonly string _path;

    ScreenPlay(string path) => _path = path;

    /// <summary>Whether it is played on the console.</summary>
    public bool IsOnConsole { get; private set; }

    /// <summary>Reads a script.</summary>
    /// <exception cref="UserException">A line is no step.</exception>
    public static ScreenPlay Read(string path)
    {
        var play = new ScreenPlay(path);
        string[] lines = File.ReadAllLines(path);
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Trim() is { Length: > 0 } line && line[0] != '#')
            {
                if (line == ConsoleVerb && play._steps.Count == 0)
                {
                    play.IsOnConsole = true;
                    continue;
                }

                string[] words = line.Split(' ', 2, StringSplitOptions.TrimEntries);
                play._steps.Add((i + 1, Step(words[0], words.Length > 1 ? words[1] : "") ?? throw new UserException($"{path}({i + 1}): no step of a script: {line}")));
            }
        }

        return play;
    }

    /// <summary>Plays it.</summary>
    /// <param name="screen">The machine's.</param>
    /// <param name="cancellation">The run's end.</param>
    /// <exception cref="UserException">The screen did not come to show what is waited for.</exception>
    public async Task RunAsync(IPlayedScreen screen, CancellationToken cancellation)
    {
        foreach ((int line, Func<IPlayedScreen, CancellationToken, Task> step) in _steps)
        {
            try
            {
                await step(screen, cancellation).WaitAsync(cancellation);
            }
            catch (MachineException error)
            {
                throw new UserException($"{_path}({line}): {error.Message}");
            }
        }
    }

    static Func<IPlayedScreen, CancellationToken, Task>? Step(string verb, string rest)
    {
        switch (verb)
        {
            case "wait" when rest.Length > 0:
                return (screen, _) => screen.WaitForAsync(rest, s_limit);
            case "type" when rest.Length > 0:
                return (screen, _) => screen.TypeAsync(rest);
            case "pause" when double.TryParse(rest, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds < int.MaxValue / 1000:
                return (_, cancellation) => Task.Delay(TimeSpan.FromSeconds(seconds), cancellation);
            case "screenshot" when rest.Length > 0:
                return (screen, _) => screen.SaveAsync(rest);
            case "press":
                uint?[] keys = [.. rest.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Key)];
                return keys.Length == 0 || keys.Contains(null) ? null : (screen, _) => PressAsync(screen, keys);
            default:
                return null;
        }
    }

    static uint? Key(string name) =>
        s_keys.TryGetValue(name, out uint key) ? key
        : name.Length == 1 ? name[0]
        : name[0] == 'F' && uint.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out uint number) && number is >= 1 and <= 12 ? VgaScreen.F1 + number - 1
        : null;

    static async Task PressAsync(IPlayedScreen screen, uint?[] keys)
    {
        foreach (uint? key in keys)
        {
            await screen.PressAsync(key!.Value);
        }
    }
}
