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
    internal const int Guest = 1;
    const int Hasher = 2;
    const int Tau0 = 3;
    const int Red = 4;
    const int Green = 5;
    const int Dumper = 6;

    const int Blue = 4;
    const int StatusLine = 24;
    const string Text = "isolation is what it does";

    /// <summary>Looks at a screen until it is taken as it is.</summary>
    const int Looks = 4;

    static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(500);

    readonly DemoGuest _guest;
    readonly string[] _watched;
    readonly TerminalScreen _screen = new();
    readonly Stream _keys;
    readonly TimeSpan _limit;
    readonly CancellationToken _timeout;
    readonly List<string> _passed = [];
    readonly List<string> _seen = [];

    ScreenDemo(DemoGuest guest, Stream keys, TimeSpan limit, CancellationToken timeout)
    {
        _guest = guest;
        _watched = [$"{guest.Name}_guest", guest.Name, "vt", "crypter", "tau0", "red"];
        _keys = keys;
        _limit = limit;
        _timeout = timeout;
    }

    /// <summary>What the terminal that is seen shows.</summary>
    internal IReadOnlyList<string> Lines => _screen.Lines;

    /// <summary>What is built: the sample with its guest, into the demo's folder.</summary>
    public static BuildOptions Build(Checkout checkout, DemoGuest guest) =>
        new(UserPath.Show(Path.Combine(checkout.Root, "samples", "demo", guest.Policy)), Path.Combine(checkout.Artifacts, "demo", "screens"), null, guest.Files);

    /// <summary>Runs the demo and checks it.</summary>
    /// <param name="guest">Who is on the first terminal.</param>
    /// <param name="options">The machine.</param>
    /// <param name="image">The image that was built: its programs lie beside it.</param>
    /// <param name="screens">Where the screens are written.</param>
    /// <param name="limit">Time for the run.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    /// <returns>0 when everything was right.</returns>
    public static async Task<int> RunAsync(DemoGuest guest, BochsOptions options, string image, string screens, TimeSpan limit, CancellationToken cancellation)
    {
        File.Delete(screens);
        using BochsMachine machine = await BochsMachine.StartAsync(options, cancellation);
        var kernel = new Transcript();
        kernel.Attach(machine.KernelConsole, Transcript.KernelPrefix);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(limit);
        var demo = new ScreenDemo(guest, machine.Console, limit, timeout.Token);
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
        await _guest.PlayAsync(this);
        await HashAsync();
        await PlansAsync();
        await WatchAsync();
        await _guest.RestAsync(this);
        return 0;
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
            l => l.Skip(1).Take(_watched.Length).Select(x => x.TrimStart('>', ' ').Split(' ')[0]).Order(StringComparer.Ordinal).SequenceEqual(_watched.Order(StringComparer.Ordinal))
                && l[_watched.Length + 1].Length == 0,
            $"{string.Join(", ", _watched)} and nobody else");
        _passed.Add($"dumper: shows the {_watched.Length} subjects that the policy names, and no other");
    }

    /// <summary>The screen once nothing on it moves any more.</summary>
    internal async Task<IReadOnlyList<string>> StandingAsync()
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

    /// <summary>Notes something that was as it should be.</summary>
    internal void Pass(string what) => _passed.Add(what);

    /// <summary>Gives the guest, or whoever is seen, the time of one look at the screen.</summary>
    internal Task LookAsync() => Task.Delay(s_look, _timeout);

    /// <summary>Has tau0 choose a plan.</summary>
    internal async Task ChooseAsync(int plan)
    {
        await ShowAsync(Tau0, l => l[0].StartsWith("tau0 chooses", StringComparison.Ordinal), "tau0's terminal");
        await TypeAsync(plan.ToString(CultureInfo.InvariantCulture));
        await WaitAsync(l => l[plan + 1].StartsWith($"> {plan} ", StringComparison.Ordinal) && l[7].StartsWith("It stays.", StringComparison.Ordinal), $"plan {plan} chosen");
    }

    /// <summary>Shows a terminal by its function key and waits for what it must show.</summary>
    internal async Task ShowAsync(int terminal, Func<IReadOnlyList<string>, bool> wanted, string what)
    {
        await TypeAsync(TerminalScreen.FunctionKeys[terminal - 1]);
        await WaitAsync(l => IsDrawn(terminal, l) && wanted(l), what);
    }

    /// <summary>
    /// Whether it is this terminal that is seen: the line is slow, and another one's text may stand there still. The guest has the whole screen; of the others the chosen
    /// one's name in the last line is on blue.
    /// </summary>
    bool IsDrawn(int terminal, IReadOnlyList<string> lines)
    {
        int column = lines[StatusLine].IndexOf($" F{terminal} ", StringComparison.Ordinal);
        return terminal == Guest ? _guest.IsSeen(lines) : column >= 0 && _screen[StatusLine, column + 1].Background == Blue;
    }

    /// <summary>Waits until what is seen is as wanted, and keeps it.</summary>
    internal async Task WaitAsync(Func<IReadOnlyList<string>, bool> wanted, string what)
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

    internal async Task TypeAsync(string keys) => await _keys.WriteAsync(Encoding.ASCII.GetBytes(keys), _timeout);

    static int Share(IReadOnlyList<string> lines) => ShareLine().Match(lines[1]) is { Success: true } m ? int.Parse(m.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : -1;

    [GeneratedRegex(@"^(\d+) % of the processor$")]
    private static partial Regex ShareLine();
}
