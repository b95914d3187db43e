// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Text.RegularExpressions;
using Muen.Sdk.Cli.Demo;
using Muen.Sdk.Cli.Running;
using Muen.Sdk.Machine;

namespace Muen.Sdk.Cli.Commands;

/// <summary>`muen demo`: everything on six terminals, or the crypter sample on its console; played by the user, or by itself with every answer checked.</summary>
static partial class DemoCommand
{
    /// <summary>Seconds that a headless run gets when none are given; it needs a few of them.</summary>
    const int DefaultTimeout = 300;

    public static Command Create()
    {
        Argument<string[]> files = Inputs.Paths("FILE", "hash these files: the crypter sample alone, on its serial console");
        Option<bool> console = new("--console") { Description = "the crypter sample alone, on its serial console, with the LICENSE for a file" };
        Option<string> display = ScreenChoice.Option(byDefault: true);
        Option<bool> headless = new("--headless") { Description = "play both by itself, check every answer and every screen, write what was seen" };
        Option<string?> xv6 = new("--xv6") { Description = "the guest is the xv6 (x86) whose kernel this is, on the terminals alone", HelpName = "KERNEL" };
        Option<string?> disk = new("--xv6-fs") { Description = "the file system image for an xv6 kernel that wants a disk", HelpName = "IMAGE" };
        Option<int?> timeout = Inputs.Number("--timeout", "SECONDS", $"end each run after so many seconds (default with --headless: {DefaultTimeout})", 1, 1_000_000);
        Option<string?> model = Inputs.Model();
        Command command = new("demo", """
            build and boot the demo: a guest, a hashing service, plans and a watcher, each on a terminal (F1 to F6); Ctrl-C ends it

            Exit code: 0, 1 the demo failed, 2 the command line is wrong, 130 Ctrl-C.

            Examples:
              muen demo
              muen demo --headless
              muen demo --console README.md
              muen demo --xv6 kernelmemfs
            """)
        {
            files, console, xv6, disk, display, headless, timeout, model,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var machine = new BochsOptions { IsoPath = "", Model = Inputs.ModelOf(parsed, model) };
            TimeSpan? limit = parsed.GetValue(timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
            string[] chosen = parsed.GetValue(files) ?? [];
            bool alone = chosen.Length > 0 || parsed.GetValue(console);
            bool checks = parsed.GetValue(headless);
            string? kernel = parsed.GetValue(xv6);
            if (kernel is null && parsed.GetValue(disk) is not null)
            {
                throw new UserException("--xv6-fs is a disk for the kernel of --xv6, which is missing", UserException.Usage);
            }

            if (kernel is not null && alone)
            {
                throw new UserException("--xv6 is the guest on the terminals; the crypter sample alone (--console, FILE) has none", UserException.Usage);
            }

            DemoGuest guest = kernel is null ? new InvadersGuest() : new Xv6Guest(kernel, parsed.GetValue(disk));
            if (checks)
            {
                ReferenceDigests.Require();
            }

            int result = alone || (checks && kernel is null) ? await CrypterAsync(machine, chosen, checks, limit, cancellation) : 0;
            return alone ? result : Math.Max(result, await ScreensAsync(guest, machine, checks ? null : ScreenChoice.Of(parsed.GetRequiredValue(display)), limit, cancellation));
        });
        return command;
    }

    static async Task<int> CrypterAsync(BochsOptions machine, string[] files, bool checks, TimeSpan? limit, CancellationToken cancellation)
    {
        DemoSystem demo = DemoSystem.Prepare(Checkout.Find(), files);
        using var disc = new TemporaryDisc();
        (string image, string iso, int processors) = await disc.BuildAsync(demo.Build, cancellation);
        BochsOptions options = machine with { IsoPath = iso, Processors = processors };
        if (checks)
        {
            return await HeadlessDemo.RunAsync(demo, options, image, limit ?? TimeSpan.FromSeconds(DefaultTimeout), cancellation);
        }

        using BochsMachine bochs = await BochsMachine.StartAsync(options, cancellation);
        return await MachineRun.RunAsync(bochs, image, showConsole: true, takeInput: true, limit, Finished(), cancellation);
    }

    /// <param name="guest">Who is on the first terminal.</param>
    /// <param name="machine">The machine.</param>
    /// <param name="screen">Where it is shown; null for a run that plays and checks itself.</param>
    /// <param name="limit">When to end it.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    static async Task<int> ScreensAsync(DemoGuest guest, BochsOptions machine, ScreenChoice? screen, TimeSpan? limit, CancellationToken cancellation)
    {
        Checkout checkout = Checkout.Find();
        using var disc = new TemporaryDisc();
        (string image, string iso, int processors) = await disc.BuildAsync(ScreenDemo.Build(checkout, guest), cancellation);
        BochsOptions options = machine with { IsoPath = iso, Processors = processors };
        string screens = Path.Combine(checkout.Artifacts, "demo", "screens.txt");
        if (screen is null)
        {
            return await ScreenDemo.RunAsync(guest, options, image, screens, limit ?? TimeSpan.FromSeconds(DefaultTimeout), cancellation);
        }

        // A window shows what the serial line would draw here a second time.
        bool here = screen.HasConsole && !screen.IsWindow;
        using BochsMachine bochs = await BochsMachine.StartAsync(options with { DisplayLibrary = screen.Library }, cancellation);
        if (screen.IsWindow)
        {
            Console.Error.WriteLine("muen: the screen is in Bochs' window, which takes the keys; Ctrl-C here, or closing it, ends the demo");
        }

        return await MachineRun.RunAsync(bochs, image, here, here, limit, last: null, cancellation);
    }

    [GeneratedRegex("^demo: finished")]
    private static partial Regex Finished();
}
