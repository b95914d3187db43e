// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Text.RegularExpressions;
using Muen.Sdk.Cli.Building;
using Muen.Sdk.Cli.Demo;
using Muen.Sdk.Cli.Running;
using Muen.Sdk.Image;
using Muen.Sdk.Machine;
using Muen.Sdk.Policy;

namespace Muen.Sdk.Cli.Commands;

/// <summary>`muen demo`: the crypter sample, on the terminal or checking itself.</summary>
static partial class DemoCommand
{
    /// <summary>Seconds that a headless run gets when none are given; it needs a few of them.</summary>
    const int DefaultTimeout = 300;

    public static Command Create()
    {
        Argument<string[]> files = Inputs.Paths("FILE", "files to hash (default: the LICENSE)");
        Option<bool> headless = new("--headless") { Description = "feed the demo by itself, write a transcript, and check every answer" };
        Option<int?> timeout = Inputs.Number("--timeout", "SECONDS", $"end the run after so many seconds (default with --headless: {DefaultTimeout})", 1, 1_000_000);
        Option<string?> model = Inputs.Model();
        Command command = new("demo", "build and boot the demo: a hashing service, its client, and an intruder") { files, headless, timeout, model };
        command.SetAction(async (parsed, cancellation) =>
        {
            string processor = Inputs.ModelOf(parsed, model);
            if (parsed.GetValue(headless))
            {
                ReferenceDigests.Require();
            }

            DemoSystem demo = DemoSystem.Prepare(Checkout.Find(), parsed.GetValue(files) ?? []);
            using var disc = new TemporaryDisc();
            string copy = "";
            (SystemImage image, PackedImage packed) = await new SystemBuild(demo.Build, new Steps()).PackAsync(cancellation, iso => copy = disc.Copy(iso));
            var options = new BochsOptions { IsoPath = copy, Processors = image.View.Processors.Length, Model = processor };
            if (parsed.GetValue(headless))
            {
                return await HeadlessDemo.RunAsync(demo, options, packed.IsoPath, TimeSpan.FromSeconds(parsed.GetValue(timeout) ?? DefaultTimeout), cancellation);
            }

            TimeSpan? limit = parsed.GetValue(timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
            return await MachineRun.RunAsync(options, packed.IsoPath, takeInput: true, limit, Finished(), cancellation);
        });
        return command;
    }

    [GeneratedRegex("^demo: finished")]
    private static partial Regex Finished();
}
