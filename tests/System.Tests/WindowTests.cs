// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Diagnostics;
using Muen.Sdk.Machine;

namespace Muen.SystemTests;

/// <summary>Bochs' window on a display: an X server without a screen, whose picture is a file.</summary>
public sealed class WindowTests : IDisposable
{
    /// <summary>Where the text screen may begin in the window, and the window on the display.</summary>
    const int Margin = 64;

    const int StatusLine = 24;

    static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    readonly TemporaryFolder _folder = new();
    readonly List<Process> _processes = [];

    public void Dispose()
    {
        foreach (Process process in _processes)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task TheDemoIsInAWindowAndTakesItsKeysAndEndsWithIt()
    {
        string display = await StartDisplayAsync();
        Process demo = Start(Path.Combine(Command.Root, "muen"), ["demo"], display);
        Task<string> output = demo.StandardOutput.ReadToEndAsync();
        Task<string> errors = demo.StandardError.ReadToEndAsync();
        demo.StandardInput.Close();

        // The terminals take the keys that go to the window. Where in it the text screen begins is seen by its first line.
        (int left, int top) = await WaitAsync(
            async p =>
            {
                await PressAsync(display, "key", "F2");
                return Find(p, l => l == "Type a line: the service on processor 2 hashes it (SHA-256).");
            },
            "the hasher's terminal");
        Assert.Equal(" F1 invaders  F2 hasher  F3 tau0  F4 red  F5 green  F6 dumper", Picture().Line(left, top + (StatusLine * VgaFont.CellHeight)));
        await PressAsync(display, "key", "F1");
        await WaitAsync(
            p => Task.FromResult(Enumerable.Range(0, StatusLine).Any(r => p.Line(left, top + (r * VgaFont.CellHeight)).Contains("-*-", StringComparison.Ordinal)) ? (left, top) : ((int, int)?)null),
            "the invaders");

        // The window's power button is how its user ends the machine.
        await PressAsync(display, "mousemove", "706", "20", "click", "1");
        await demo.WaitForExitAsync().WaitAsync(s_limit);
        Assert.Equal(0, demo.ExitCode);
        Assert.Contains("muen: the screen is in Bochs' window", await errors, StringComparison.Ordinal);
        Assert.EndsWith("muen: the machine's window was closed\n", await errors, StringComparison.Ordinal);
        Assert.StartsWith("kernel| ", Assert.Single((await output).Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    /// <summary>Bochs' other libraries stay; those for windows are taken away.</summary>
    [Fact]
    public async Task WithoutALibraryForAWindowTheTerminalIsTaken()
    {
        string plugins = _folder.File("plugins");
        Directory.CreateDirectory(plugins);
        foreach (string file in Directory.GetFiles("/usr/lib/x86_64-linux-gnu/bochs/plugins").Where(f => !f.Contains("_x_gui", StringComparison.Ordinal) && !f.Contains("_sdl", StringComparison.Ordinal)))
        {
            File.CreateSymbolicLink(Path.Combine(plugins, Path.GetFileName(file)), file);
        }

        Dictionary<string, string> environment = new() { ["DISPLAY"] = ":nowhere", ["LTDL_LIBRARY_PATH"] = plugins };
        (await Command.Muen("build", "samples/crypter/system.xml", "-o", _folder.File("out"))).Expect();
        (List<string> lines, string errors) = await RunUntilAsync("client: self check", "window");
        Assert.Contains("muen: no window, the screen is drawn here: Bochs' library for a window is missing; install: apt install bochs-x ", errors, StringComparison.Ordinal);
        Assert.Contains("client: files", lines);

        // Nowhere is neither: of a machine that has been running for as long, the kernel's lines are all that there is.
        (lines, _) = await RunUntilAsync("qualification 0x100004000 ", "none");
        Assert.All(lines, l => Assert.StartsWith("kernel| ", l, StringComparison.Ordinal));

        async Task<(List<string> Lines, string Errors)> RunUntilAsync(string last, string display)
        {
            Process run = Command.Start(Path.Combine(Command.Root, "muen"), ["run", _folder.File("out/system.iso"), "--display", display, "--headless"], environment: environment);
            _processes.Add(run);
            Task<string> errors = run.StandardError.ReadToEndAsync();
            List<string> lines = [];
            do
            {
                lines.Add(await run.StandardOutput.ReadLineAsync().WaitAsync(s_limit) ?? throw new InvalidOperationException($"muen ended before it printed {last}: {await errors}"));
            }
            while (!lines[^1].Contains(last, StringComparison.Ordinal));
            run.Kill(entireProcessTree: true);
            return (lines, await errors.WaitAsync(s_limit));
        }
    }

    [Fact]
    public async Task AWindowWithoutADisplayIsAnError()
    {
        Command.Result result = await Command.RunAsync(
            Path.Combine(Command.Root, "muen"), ["run", "LICENSE.iso", "--display", "window"], environment: new Dictionary<string, string> { ["DISPLAY"] = "", ["WAYLAND_DISPLAY"] = "" });
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("muen: there is no display for a window: neither DISPLAY nor WAYLAND_DISPLAY is set", Assert.Single(result.Complaints));
    }

    /// <summary>Starts an X server, which chooses its number by itself.</summary>
    async Task<string> StartDisplayAsync()
    {
        Process server = Start("Xvfb", ["-displayfd", "1", "-screen", "0", "900x600x24", "-fbdir", _folder.Path, "-nolisten", "tcp"], "");
        return ":" + await server.StandardOutput.ReadLineAsync().WaitAsync(s_limit);
    }

    Process Start(string program, string[] arguments, string display)
    {
        Process process = Command.Start(program, arguments, environment: Display(display));
        _processes.Add(process);
        return process;
    }

    static Dictionary<string, string> Display(string name) => new() { ["DISPLAY"] = name, ["WAYLAND_DISPLAY"] = "" };

    /// <summary>Puts the pointer into the window, which then has the keys, and does something there.</summary>
    static async Task PressAsync(string display, params string[] what) =>
        (await Command.RunAsync("xdotool", ["mousemove", "300", "300", .. what], environment: Display(display))).Expect();

    async Task<(int Left, int Top)> WaitAsync(Func<XPicture, Task<(int Left, int Top)?>> look, string what)
    {
        var time = Stopwatch.StartNew();
        while (time.Elapsed < s_limit)
        {
            if (await look(Picture()) is { } found)
            {
                return found;
            }

            Assert.False(_processes[^1].HasExited, $"muen ended before there was {what}");
            await Task.Delay(500);
        }

        throw new TimeoutException($"the display does not show {what}");
    }

    XPicture Picture() => new(File.ReadAllBytes(_folder.File("Xvfb_screen0")));

    /// <summary>Where a text screen begins whose first line is as wanted.</summary>
    static (int Left, int Top)? Find(XPicture picture, Predicate<string> wanted)
    {
        for (int top = 0; top < Margin; top++)
        {
            for (int left = 0; left < VgaFont.CellWidth; left++)
            {
                if (wanted(picture.Line(left, top)))
                {
                    return (left, top);
                }
            }
        }

        return null;
    }

    /// <summary>An X window dump of 32 bits a pixel, as a byte each that tells black from the rest.</summary>
    sealed class XPicture
    {
        static readonly VgaFont s_font = VgaFont.Find();

        readonly byte[] _pixels;
        readonly int _stride;

        internal XPicture(byte[] file)
        {
            int Word(int index) => BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(4 * index));
            int start = Word(0) + (12 * Word(19));
            Assert.Equal(32, Word(11));
            _stride = Word(12) / 4;
            _pixels = new byte[_stride * Word(5)];
            for (int i = 0; i < _pixels.Length; i++)
            {
                // Red, green and blue of VGA colours have few values each: these bits tell them all apart.
                ReadOnlySpan<byte> pixel = file.AsSpan(start + (4 * i), 3);
                _pixels[i] = (byte)((pixel[0] & 0xC0) | ((pixel[1] & 0xC0) >> 2) | ((pixel[2] & 0xC0) >> 4));
            }
        }

        internal string Line(int left, int top) => s_font.Line(_pixels, _stride, left, top);
    }
}
