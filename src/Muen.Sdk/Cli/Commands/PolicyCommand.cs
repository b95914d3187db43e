// SPDX-License-Identifier: MIT

using System.CommandLine;
using Muen.Sdk.Cli.Building;

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
        Command command = new("policy", "check a policy: all errors at once, or a summary; compiles the programs that it names, since they must fit") { policy, output, kernel, files };
        command.SetAction(async (parsed, cancellation) =>
        {
            BuildOptions options = Inputs.Build(parsed, policy, output, kernel, files);
            SystemSummary.Write(await new SystemBuild(options, new Steps()).CompileAsync(cancellation));
            return 0;
        });
        return command;
    }
}
