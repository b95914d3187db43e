// SPDX-License-Identifier: MIT

using System.CommandLine;
using Muen.Sdk.Cli.Building;
using Muen.Sdk.Native;
using Muen.Sdk.Subject;

namespace Muen.Sdk.Cli.Commands;

/// <summary>`muen native`: one program, from its C# project to a checked ELF.</summary>
static class NativeCommand
{
    public static Command Create() => new("native", "compile one C# program to a checked ELF")
    {
        Kernel(),
        Subject(),
    };

    static Command Kernel()
    {
        Option<string?> output = new("--output", "-o") { Description = "the ELF (default: artifacts/kernel/kernel.elf)", HelpName = "FILE" };
        Option<string?> tree = new("--tree") { Description = "source tree of the kernel (default: the one that holds this program)", HelpName = "DIR" };
        Command command = new("kernel", "the kernel") { output, tree };
        command.SetAction(async (parsed, cancellation) =>
        {
            Checkout checkout = parsed.GetValue(tree) is { } root ? new(Path.GetFullPath(root)) : Checkout.Find();
            Inputs.RequireFile(checkout.KernelProject, "project");
            string elf = Path.GetFullPath(parsed.GetValue(output) ?? Path.Combine(checkout.Artifacts, "kernel", "kernel.elf"));
            IReadOnlyDictionary<string, string> made = await Compile(elf, checkout, [checkout.KernelProject, checkout.KernelStubsProject], cancellation);
            Report(await new Steps().RunAsync(
                "compile to native code",
                () => NativeBuild.Compile(NativeKind.Kernel, made[checkout.KernelProject], NativeBuild.LoadStubs(made[checkout.KernelStubsProject]), elf, checkout)));
            return 0;
        });
        return command;
    }

    static Command Subject()
    {
        Argument<string> project = new("project.csproj") { Description = "the subject's project" };
        Option<string> output = new("--output", "-o") { Description = "the ELF", HelpName = "FILE", Required = true };
        Command command = new("subject", "a native subject") { project, output };
        command.SetAction(async (parsed, cancellation) =>
        {
            string path = parsed.GetRequiredValue(project);
            Inputs.RequireFile(path, "project");
            string full = Path.GetFullPath(path);
            string elf = Path.GetFullPath(parsed.GetRequiredValue(output));
            Checkout checkout = Checkout.Find();
            IReadOnlyDictionary<string, string> made = await Compile(elf, checkout, [full], cancellation);
            Report(await new Steps().RunAsync(
                "compile to native code", () => NativeBuild.Compile(NativeKind.Subject, made[full], SubjectStubs.Create(made[full]), elf, checkout)));
            return 0;
        });
        return command;
    }

    static async Task<IReadOnlyDictionary<string, string>> Compile(string elf, Checkout checkout, string[] projects, CancellationToken cancellation)
    {
        if (Directory.Exists(elf))
        {
            throw new UserException($"{elf} is a directory; --output takes a file");
        }

        using (await BuildLock.AcquireAsync(checkout.Artifacts, cancellation))
        {
            return await new Steps().RunAsync("compile the C#", () => DotnetBuild.RunAsync(projects, elf + ".native", cancellation));
        }
    }

    static void Report(NativeResult result)
    {
        string stack = result.WorstStackBytes is { } bytes ? $"{bytes} bytes" : "no bound: " + string.Join("; ", result.Stacks.Where(s => s.Bytes is null).Select(s => $"{s.Root}: {s.Unbounded}"));
        Console.WriteLine($"{Path.GetRelativePath(Environment.CurrentDirectory, result.ElfPath!)}");
        Console.WriteLine($"  code            {result.TextBytes} bytes");
        Console.WriteLine($"  memory          {result.ImageBytes} bytes");
        Console.WriteLine($"  worst stack     {stack}");
        Console.WriteLine($"  assembly        {result.StubInstructions} instructions, {result.InlinedCalls} calls replaced by theirs");
    }
}
