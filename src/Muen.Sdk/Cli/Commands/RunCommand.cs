// SPDX-License-Identifier: MIT

using System.CommandLine;
using Muen.Sdk.Cli.Running;
using Muen.Sdk.Machine;

namespace Muen.Sdk.Cli.Commands;

/// <summary>`muen run`: boots a policy's system, or an image, in Bochs.</summary>
static class RunCommand
{
    public static Command Create()
    {
        Argument<string> what = Inputs.Path("system.xml|IMAGE", "a policy, which is built first, or an image: .iso or .elf");
        Option<int?> processors = Inputs.Number("--cpus", "N", "processors of the machine (default: as many as the plan uses)", 1, BochsOptions.MaxProcessors);
        Option<string?> model = Inputs.Model();
        Option<int?> timeout = Inputs.Number("--timeout", "SECONDS", "end the run after so many seconds", 1, 1_000_000);
        Option<bool> headless = new("--headless") { Description = "take no keys" };
        Option<string?> output = Inputs.Output();
        Option<string?> kernel = Inputs.Kernel();
        Option<string[]> files = Inputs.Files();
        Command command = new("run", """
            boot a system in Bochs and show its console; Ctrl-C ends it

            Exit code: 0 the machine shut down or its time was up, 1 it failed, 2 the command line is wrong, 130 Ctrl-C.

            Examples:
              muen run samples/crypter/system.xml
              muen run system.iso --headless --timeout 60
            """) { what, processors, model, timeout, headless, output, kernel, files };
        command.SetAction(async (parsed, cancellation) =>
        {
            string path = parsed.GetRequiredValue(what);
            string processor = Inputs.ModelOf(parsed, model);
            using var disc = new TemporaryDisc();
            (string image, string iso, int wanted) = IsImage(path)
                ? await Open(path, disc)
                : await disc.BuildAsync(Inputs.Build(path, parsed.GetValue(output), parsed.GetValue(kernel), parsed.GetValue(files) ?? []), cancellation);
            int given = parsed.GetValue(processors) ?? wanted;
            if (given < wanted)
            {
                throw new UserException($"the plan of {path} uses {wanted} processors, --cpus {given} is too few for it");
            }

            var options = new BochsOptions { IsoPath = iso, Processors = given, Model = processor };
            TimeSpan? limit = parsed.GetValue(timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
            return await MachineRun.RunAsync(options, image, !parsed.GetValue(headless), limit, last: null, cancellation);
        });
        return command;
    }

    static bool IsImage(string path) => Path.GetExtension(path).ToUpperInvariant() is ".ISO" or ".ELF";

    /// <returns>The image, the disc to boot, and how many processors the plan uses.</returns>
    static async Task<(string Image, string Iso, int Processors)> Open(string path, TemporaryDisc disc)
    {
        Inputs.RequireFile(path, "image");
        if (BootableImage.IsDisc(path))
        {
            BootableImage.RequireWhole(path);
        }

        int processors = BootableImage.ProcessorsOf(path);
        return BootableImage.IsDisc(path)
            ? (path, path, processors)
            : (path, await new Steps().RunAsync("make a disc of the image", () => disc.Create(path)), processors);
    }
}
