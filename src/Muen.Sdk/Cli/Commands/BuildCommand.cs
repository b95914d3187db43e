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
        Option<bool> json = Inputs.Json();
        Command command = new("build", """
            compile the C# projects that a policy names, the kernel and the policy, and pack an image

            Exit code: 0, 1 something is wrong and no image is left, 2 the command line is wrong.

            Examples:
              muen build samples/crypter/system.xml
              muen build system.xml -o out --file files.tar=other.tar
            """) { policy, output, kernel, files, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var build = new SystemBuild(Inputs.Build(parsed, policy, output, kernel, files), new Steps());
            (SystemImage image, PackedImage packed) = await build.PackAsync(cancellation);
            Say(image, packed, parsed.GetValue(json));
            return 0;
        });
        return command;
    }

    /// <summary>What the system is, and the files that were made.</summary>
    public static void Say(SystemImage image, PackedImage packed, bool json)
    {
        if (json)
        {
            Console.WriteLine(SystemSummary.Json(image, packed));
            return;
        }

        SystemSummary.Write(image);
        foreach (string file in new[] { packed.ElfPath, packed.IsoPath })
        {
            Console.WriteLine($"{new FileInfo(file).Length,12:N0} bytes  {UserPath.Show(file)}");
        }
    }
}
