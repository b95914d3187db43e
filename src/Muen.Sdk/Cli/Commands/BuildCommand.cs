// SPDX-License-Identifier: MIT

using System.CommandLine;
using Muen.Sdk.Cli.Building;
using Muen.Sdk.Image;
using Muen.Sdk.Policy;

namespace Muen.Sdk.Cli.Commands;

/// <summary>`muen build`: everything from C# and policy to the image.</summary>
static class BuildCommand
{
    public static Command Create()
    {
        Argument<string> policy = Inputs.Policy();
        Option<string?> output = Inputs.Output();
        Option<string?> kernel = Inputs.Kernel();
        Option<string[]> files = Inputs.Files();
        Command command = new("build", "compile the C# projects that a policy names, the kernel and the policy, and pack an image") { policy, output, kernel, files };
        command.SetAction(async (parsed, cancellation) =>
        {
            var build = new SystemBuild(Inputs.Build(parsed, policy, output, kernel, files), new Steps());
            (SystemImage image, PackedImage packed) = await build.PackAsync(cancellation);
            SystemSummary.Write(image);
            Say(packed);
            return 0;
        });
        return command;
    }

    /// <summary>Names the files that were made.</summary>
    public static void Say(PackedImage packed)
    {
        foreach (string file in new[] { packed.ElfPath, packed.IsoPath })
        {
            Console.WriteLine($"{new FileInfo(file).Length,12:N0} bytes  {UserPath.Show(file)}");
        }
    }
}
