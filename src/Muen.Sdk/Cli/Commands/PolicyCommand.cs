// SPDX-License-Identifier: MIT

using System.CommandLine;
using Muen.Sdk.Cli.Building;
using Muen.Sdk.Policy;

namespace Muen.Sdk.Cli.Commands;

/// <summary>`muen policy`: every error of a policy, or what it says when it has none.</summary>
static class PolicyCommand
{
    public static Command Create()
    {
        Argument<string> policy = Inputs.Policy();
        Option<string?> output = Inputs.Output();
        Option<string?> kernel = Inputs.Kernel();
        Option<string[]> files = Inputs.Files();
        Option<bool> json = Inputs.Json();
        Command command = new("policy", """
            check a policy: all errors at once, or a summary; compiles the programs that it names, since they must fit

            Exit code: 0 the policy is right, 1 it is not, 2 the command line is wrong.

            Examples:
              muen policy system.xml
              muen policy --json samples/crypter/system.xml
            """) { policy, output, kernel, files, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            BuildOptions options = Inputs.Build(parsed, policy, output, kernel, files);
            SystemImage image = await new SystemBuild(options, new Steps()).CompileAsync(cancellation);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(SystemSummary.Json(image, null));
            }
            else
            {
                SystemSummary.Write(image);
            }

            return 0;
        });
        return command;
    }
}
