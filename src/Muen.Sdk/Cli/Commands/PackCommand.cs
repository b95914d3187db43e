// SPDX-License-Identifier: MIT

using System.CommandLine;
using Muen.Sdk.Cli.Building;
using Muen.Sdk.Image;
using Muen.Sdk.Policy;

namespace Muen.Sdk.Cli.Commands;

/// <summary>`muen pack`: the last step for itself, with the programs of an earlier build.</summary>
static class PackCommand
{
    public static Command Create()
    {
        Argument<string> policy = Inputs.Policy();
        Option<string?> output = Inputs.Output();
        Option<string?> kernel = Inputs.Kernel();
        Option<string[]> files = Inputs.Files();
        Command command = new("pack", "compile a policy and pack an image from programs that `muen build` has made already") { policy, output, kernel, files };
        command.SetAction(async (parsed, cancellation) =>
        {
            BuildOptions options = Inputs.Build(parsed, policy, output, kernel, files);
            (SystemImage image, PackedImage packed) = await new SystemBuild(options, new Steps(), existingPrograms: true).PackAsync(cancellation);
            SystemSummary.Write(image);
            BuildCommand.Say(packed);
            return 0;
        });
        return command;
    }
}
