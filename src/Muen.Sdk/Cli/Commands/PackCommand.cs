// SPDX-License-Identifier: MIT

using System.CommandLine;
using Muen.Sdk.Cli.Building;
using Muen.Sdk.Image;
using Muen.Sdk.Policy;

namespace Muen.Sdk.Cli.Commands;

/// <summary>`muen pack`: the last step for itself, with the programs of an earlier build, or those that MSBuild made.</summary>
static class PackCommand
{
    public static Command Create()
    {
        Argument<string> policy = Inputs.Policy();
        Option<string?> output = Inputs.Output();
        Option<string?> kernel = Inputs.Kernel();
        Option<string[]> files = Inputs.Files();
        Option<bool> given = new("--given-programs") { Description = "take only programs that --program names, none of an earlier build" };
        Option<string[]> programs = new("--program")
        {
            Description = "take ELF for the program that the policy calls PROJECT",
            HelpName = "PROJECT ELF",
            Arity = ArgumentArity.ZeroOrMore,
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };
        Option<string?> readList = new("--read-list") { Description = "list the files that the image was made of in FILE", HelpName = "FILE" };
        Option<string?> madeList = new("--made-list") { Description = "list the files that were made in FILE", HelpName = "FILE" };
        Option<bool> json = Inputs.Json();
        Command command = new("pack", """
            compile a policy and pack an image from programs that `muen build` has made already

            Exit code: 0, 1 something is wrong and no image is left, 2 the command line is wrong.

            Examples:
              muen pack samples/crypter/system.xml
              muen pack system.xml --kernel kernel.elf --program worker/worker.csproj worker.elf
            """)
        {
            policy, output, kernel, files, json, given, programs, readList, madeList,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            string[] pairs = parsed.GetValue(programs) ?? [];
            BuildOptions options = Inputs.Build(parsed, policy, output, kernel, files) with
            {
                Programs = parsed.GetValue(given) || pairs.Length > 0 ? Pairs(pairs) : null,
                ReadList = parsed.GetValue(readList),
                MadeList = parsed.GetValue(madeList),
            };
            (SystemImage image, PackedImage packed) = await new SystemBuild(options, Steps.For(parsed), existingPrograms: true).PackAsync(cancellation);
            if (!parsed.GetValue(Inputs.MSBuild))
            {
                BuildCommand.Say(image, packed, parsed.GetValue(json));
            }

            return 0;
        });
        return command;
    }

    static Dictionary<string, string> Pairs(string[] words)
    {
        if (words.Length % 2 != 0)
        {
            throw new UserException("--program takes two paths, a project's and its ELF's", UserException.Usage);
        }

        var programs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string[] pair in words.Chunk(2))
        {
            programs[Path.GetFullPath(pair[0])] = Path.GetFullPath(pair[1]);
        }

        return programs;
    }
}
