// SPDX-License-Identifier: MIT

using System.CommandLine;
using Muen.Sdk.Cli.Building;
using Muen.Sdk.Cli.Running;
using Muen.Sdk.Machine;

namespace Muen.Sdk.Cli.Commands;

/// <summary>`muen run`: boots a policy's system, or an image, in Bochs or QEMU.</summary>
static class RunCommand
{
    const string Bochs = "bochs";
    const string Qemu = "qemu";

    public static Command Create()
    {
        Argument<string> what = Inputs.Path("system.xml|IMAGE", "a policy, which is built first, or an image: .iso or .elf");
        Option<int?> processors = Inputs.Number("--cpus", "N", "processors of the machine (default: as many as the plan uses)", 1, QemuOptions.MaxProcessors);
        Option<string?> emulator = new("--machine")
        {
            Description = "the machine: Bochs, or QEMU where the host's KVM offers nested VT-x (default: Bochs; QEMU where that can run and Bochs is not installed)",
            HelpName = $"{Bochs}|{Qemu}",
        };
        emulator.AcceptOnlyFromAmong(Bochs, Qemu);
        Option<string?> model = Inputs.Model();
        Option<int?> timeout = Inputs.Number("--timeout", "SECONDS", "end the run after so many seconds", 1, 1_000_000);
        Option<bool> headless = new("--headless") { Description = "take no keys" };
        Option<string> display = ScreenChoice.Option(byDefault: false);
        Option<string?> script = new("--play") { Description = "press keys, wait for what the VGA screen (or the console) shows and take pictures of it as FILE says, and end with it", HelpName = "FILE" };
        Option<string?> output = Inputs.Output();
        Option<string?> kernel = Inputs.Kernel();
        Option<string[]> files = Inputs.Files();
        Command command = new("run", """
            boot a system in Bochs or QEMU and show its console; Ctrl-C ends it

            Exit code: 0 the machine shut down or its time was up, 1 it failed, 2 the command line is wrong, 130 Ctrl-C.

            Examples:
              muen run samples/crypter/system.xml
              muen run system.iso --headless --timeout 60
              muen run system.iso --machine qemu
              muen run samples/vt/system.xml --display window
              muen run samples/vt/system.xml --play samples/vt/screen.play
            """) { what, processors, emulator, model, timeout, display, headless, script, output, kernel, files };
        command.Validators.Add(result =>
        {
            if (result.GetResult(model) is not null && result.GetResult(emulator)?.Tokens is [{ Value: Qemu }])
            {
                result.AddError("'--model' names a processor of Bochs; that of QEMU is the host's own");
            }
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            string path = parsed.GetRequiredValue(what);
            bool isQemu = IsQemu(parsed.GetValue(emulator));
            if (!isQemu && parsed.GetValue(processors) > BochsOptions.MaxProcessors)
            {
                throw new UserException($"Bochs has at most {BochsOptions.MaxProcessors} processors, not --cpus {parsed.GetValue(processors)}");
            }

            ScreenPlay? play = null;
            if (parsed.GetValue(script) is { } file)
            {
                Inputs.RequireFile(file, "script");
                play = ScreenPlay.Read(file);
            }

            ScreenChoice screen = play is null ? ScreenChoice.Of(parsed.GetRequiredValue(display)) : ScreenChoice.OnTerminal;
            if (isQemu && play is not null)
            {
                throw new UserException("--play needs Bochs' screen; --machine bochs has it");
            }

            if (isQemu && screen.IsWindow)
            {
                throw new UserException("--display window is Bochs'; QEMU's screen is a VNC server (--machine bochs has a window)");
            }

            string processor = isQemu ? "" : Inputs.ModelOf(parsed, model);
            using var disc = new TemporaryDisc();
            (string image, string iso, int wanted) = await Open(
                path, disc, () => Inputs.Build(path, parsed.GetValue(output), parsed.GetValue(kernel), parsed.GetValue(files) ?? []), cancellation);
            int given = parsed.GetValue(processors) ?? wanted;
            if (given < wanted)
            {
                throw new UserException($"the plan of {path} uses {wanted} processors, --cpus {given} is too few for it");
            }

            TimeSpan? limit = parsed.GetValue(timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
            using MachineProcess machine = isQemu
                ? await QemuMachine.StartAsync(BootableImage.DemandOf(iso).Options(iso, given), cancellation)
                : await BochsMachine.StartAsync(new() { IsoPath = iso, Processors = given, Model = processor, DisplayLibrary = screen.Library }, cancellation);
            if (play is not null && machine is BochsMachine bochs)
            {
                return await PlayRun.RunAsync(bochs, image, play, limit, cancellation);
            }

            return await MachineRun.RunAsync(machine, image, screen.HasConsole, screen.HasConsole && !parsed.GetValue(headless), limit, last: null, cancellation);
        });
        return command;
    }

    /// <summary>Which machine to take. Bochs comes first: on it time is exact, and what a run prints is the same on every host.</summary>
    static bool IsQemu(string? chosen)
    {
        if (chosen is null)
        {
            return BochsProgram.Missing().Count > 0 && QemuMachine.Obstacle() is null;
        }

        if (chosen == Qemu && QemuMachine.Obstacle() is { } obstacle)
        {
            throw new UserException($"QEMU cannot run the kernel here: {obstacle}; --machine bochs emulates a processor with VT-x");
        }

        return chosen == Qemu;
    }

    static bool IsImage(string path) => Path.GetExtension(path).ToUpperInvariant() is ".ISO" or ".ELF";

    /// <summary>Builds a policy, or opens an image.</summary>
    /// <returns>The image, the disc to boot, and how many processors the plan uses.</returns>
    internal static async Task<(string Image, string Iso, int Processors)> Open(string path, TemporaryDisc disc, Func<BuildOptions> options, CancellationToken cancellation)
    {
        if (!IsImage(path))
        {
            return await disc.BuildAsync(options(), cancellation);
        }

        Inputs.RequireFile(path, "image");
        if (BootableImage.IsDisc(path))
        {
            BootableImage.RequireWhole(path);
        }

        int processors = BootableImage.DemandOf(path).Processors;
        return BootableImage.IsDisc(path)
            ? (path, path, processors)
            : (path, await new Steps().RunAsync("make a disc of the image", () => disc.Create(path)), processors);
    }
}
