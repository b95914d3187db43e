// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Muen.Sdk.Cli.Building;
using Muen.Sdk.Cli.Running;
using Muen.Sdk.Machine;

namespace Muen.Sdk.Cli.Demo;

/// <summary>
/// Plays the user of samples/demo: chooses terminals, types, and compares what each of them shows with what it must show. Every screen that was right is kept for a
/// person to read.
/// </summary>
sealed partial class ScreenDemo
{
    // Terminals, by their function keys.
    const int Game = 1;
    const int Hasher = 2;
    const int Tau0 = 3;
    const int Red = 4;
    const int Green = 5;
    const int Dumper = 6;

    const int Blue = 4;
    const int StatusLine = 24;
    const int ShipLine = 23;
    const string Text = "isolation is what it does";

    /// <summary>Presses of an arrow key that the ship gets to move: one may fall between two looks of the game at its keyboard.</summary>
    const int Presses = 20;

    /// <summary>F1 to F6 as a VT220 sends them.</summary>
    static readonly string[] s_functionKeys = ["\u001bOP", "\u001bOQ", "\u001bOR", "\u001bOS", "\u001b[15~", "\u001b[17~"];

    /// <summary>Looks at a screen until it is taken as it is.</summary>
    const int Looks = 4;

    static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(500);
    static readonly string[] s_watched = ["invaders_guest", "invaders", "vt", "crypter", "tau0", "red"];

    readonly TerminalScreen _screen = new();
    readonly Stream _keys;
    readonly TimeSpan _limit;
    readonly CancellationToken _timeout;
    readonly List<string> _passed = [];
    readonly List<string> _seen = [];

    ScreenDemo(Stream keys, TimeSpan limit, CancellationToken timeout)
    {
        _keys = keys;
        _limit = limit;
        _timeout = timeout;
    }

    /// <summary>What is built: the sample, into the demo's folder.</summary>
    public static BuildOptions Build(Checkout checkout) =>
        new(UserPath.Show(Path.Combine(checkout.Root, "samples", "demo", "system.xml")), Path.Combine(checkout.Artifacts, "demo", "screens"), null, new Dictionary<string, string>());

    /// <summary>Runs the demo and checks it.</summary>
    /// <param name="options">The machine.</param>
    /// <param name="image">The image that was built: its programs lie beside it.</param>
    /// <param name="screens">Where the screens are written.</param>
    /// <param name="limit">Time for the run.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    /// <returns>0 when everything was right.</returns>
    public static async Task<int> RunAsync(BochsOptions options, string image, string screens, TimeSpan limit, CancellationToken cancellation)
    {
        File.Delete(screens);
        using BochsMachine machine = await BochsMachine.StartAsync(options, cancellation);
        var kernel = new Transcript();
        kernel.Attach(machine.KernelConsole, Transcript.KernelPrefix);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(limit);
        var demo = new ScreenDemo(machine.Console, limit, timeout.Token);
        _ = demo._screen.FollowAsync(machine.Console);
        string? failure = null;
        try
        {
            await new Steps().RunAsync("run the terminals in Bochs", demo.PlayAsync);
        }
        catch (MachineException error)
        {
            failure = KernelReport.Failure(kernel.Lines) ?? error.Message;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            failure = $"the terminals did not finish in {limit.TotalSeconds:0} s";
        }

        machine.Stop();
        await kernel.Ended;
        WholeFile.Write(screens, path => File.WriteAllLines(path, demo._seen));
        List<string> failures = [.. failure is null ? [] : new[] { failure }, .. StopReport.Explain(kernel.Lines, image), .. DemoChecks.Others(kernel.Lines)];
        if (failures.Count == 0)
        {
            demo._passed.Add("nobody was stopped, no panic");
        }

        return Verdict.Print(demo._passed, failures, "screens", screens);
    }

    async Task<int> PlayAsync()
    {
        await SteerAsync();
        await HashAsync();
        await PlansAsync();
        await WatchAsync();
        await RestAsync();
        return 0;
    }

    async Task SteerAsync()
    {
        await ShowAsync(Game, l => Invaders(l) > 0 && Ship(l) >= 0, "grub-invaders with its ship");
        int start = Ship(_screen.Lines);
        for (int i = 0; i < Presses && Ship(_screen.Lines) is var ship && (ship < 0 || ship == start); i++)
        {
            await TypeAsync("\u001b[C");
            await Task.Delay(s_look, _timeout);
        }

        await WaitAsync(l => Ship(l) > start, "the ship further to the right");
        _passed.Add("guest: grub-invaders plays, and its ship follows the keys");
    }

    async Task HashAsync()
    {
        await ShowAsync(Hasher, l => l[1] == ">", "the hasher's prompt");
        await TypeAsync(Text + "\r");
        (string sum, string dotnet) = await ReferenceDigests.Sha256Async(Encoding.ASCII.GetBytes(Text));
        await WaitAsync(l => l[2] == sum && l[2] == dotnet && l[3] == ">", $"the digest {sum} that sha256sum has, {dotnet} that .NET has");
        _passed.Add("hasher: the digest of a typed line equals those of sha256sum and .NET");
    }

    async Task PlansAsync()
    {
        await ChooseAsync(2);
        await ShowAsync(Red, l => Share(l) is 69 or 70, "70 % for red");
        await ShowAsync(Green, l => Share(l) is 9 or 10, "10 % for green");
        _passed.Add("plans: red gets 70 % and green 10 % of processor 3, as the chosen plan says");
    }

    async Task WatchAsync()
    {
        await ShowAsync(
            Dumper,
            l => l.Skip(1).Take(s_watched.Length).Select(x => x.TrimStart('>', ' ').Split(' ')[0]).Order(StringComparer.Ordinal).SequenceEqual(s_watched.Order(StringComparer.Ordinal))
                && l[s_watched.Length + 1].Length == 0,
            $"{string.Join(", ", s_watched)} and nobody else");
        _passed.Add($"dumper: shows the {s_watched.Length} subjects that the policy names, and no other");
    }

    async Task RestAsync()
    {
        await ChooseAsync(4);
        await ShowAsync(Game, l => Invaders(l) > 0, "grub-invaders");
        IReadOnlyList<string> before = await StandingAsync();
        await ChooseAsync(1);
        await ShowAsync(Game, l => Invaders(l) > 0 && !l.SequenceEqual(before), "invaders that move again");
        _passed.Add("plan 4: the guest rests; plan 1: it goes on");
    }

    /// <summary>The screen once nothing on it moves any more.</summary>
    async Task<IReadOnlyList<string>> StandingAsync()
    {
        IReadOnlyList<string> before;
        do
        {
            before = _screen.Lines;
            await Task.Delay(4 * s_look, _timeout);
        }
        while (!before.SequenceEqual(_screen.Lines));
        return before;
    }

    async Task ChooseAsync(int plan)
    {
        await ShowAsync(Tau0, l => l[0].StartsWith("tau0 chooses", StringComparison.Ordinal), "tau0's terminal");
        await TypeAsync(plan.ToString(CultureInfo.InvariantCulture));
        await WaitAsync(l => l[plan + 1].StartsWith($"> {plan} ", StringComparison.Ordinal) && l[7].StartsWith("It stays.", StringComparison.Ordinal), $"plan {plan} chosen");
    }

    /// <summary>Shows a terminal by its function key and waits for what it must show.</summary>
    async Task ShowAsync(int terminal, Func<IReadOnlyList<string>, bool> wanted, string what)
    {
        await TypeAsync(s_functionKeys[terminal - 1]);
        await WaitAsync(l => IsDrawn(terminal, l) && wanted(l), what);
    }

    /// <summary>
    /// Whether it is this terminal that is seen: the line is slow, and another one's text may stand there still. The game has the whole screen and no letters; of the others
    /// the chosen one's name in the last line is on blue.
    /// </summary>
    bool IsDrawn(int terminal, IReadOnlyList<string> lines)
    {
        int column = lines[StatusLine].IndexOf($" F{terminal} ", StringComparison.Ordinal);
        return terminal == Game ? !lines.Any(l => l.Any(char.IsAsciiLetter)) : column >= 0 && _screen[StatusLine, column + 1].Background == Blue;
    }

    async Task WaitAsync(Func<IReadOnlyList<string>, bool> wanted, string what)
    {
        await _screen.WaitForAsync(wanted, _limit, what).WaitAsync(_timeout);
        IReadOnlyList<string> found = _screen.Lines;
        for (int i = 0; i < Looks; i++)
        {
            // For whoever reads the file: the whole of the screen, if it comes to stand.
            await Task.Delay(s_look, _timeout);
            IReadOnlyList<string> before = found;
            found = _screen.Lines;
            if (found.SequenceEqual(before))
            {
                break;
            }
        }

        _seen.Add($"-- {what}");
        _seen.AddRange(found.Reverse().SkipWhile(l => l.Length == 0).Reverse());
    }

    async Task TypeAsync(string keys) => await _keys.WriteAsync(Encoding.ASCII.GetBytes(keys), _timeout);

    static int Invaders(IReadOnlyList<string> lines) => lines.Take(ShipLine).Sum(l => l.Split("-*-").Length - 1);

    /// <summary>Column of the ship's tip, or -1 while it is being drawn.</summary>
    static int Ship(IReadOnlyList<string> lines) => lines[ShipLine].IndexOf('_', StringComparison.Ordinal);

    static int Share(IReadOnlyList<string> lines) => ShareLine().Match(lines[1]) is { Success: true } m ? int.Parse(m.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : -1;

    [GeneratedRegex(@"^(\d+) % of the processor$")]
    private static partial Regex ShareLine();
}
