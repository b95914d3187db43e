// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Text.Json;
using Muen.Sdk.Cli.Building;
using Muen.Sdk.Native;
using Muen.Sdk.Subject;

namespace Muen.Sdk.Cli.Commands;

/// <summary>`muen native`: one program, from its C# project or its IL to a checked ELF.</summary>
static class NativeCommand
{
    static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create() => new("native", """
            compile one C# program to a checked ELF

            Examples:
              muen native subject worker/worker.csproj -o worker.elf
              muen native kernel -o kernel.elf
            """)
    {
        Kernel(),
        Subject(),
    };

    static Command Kernel()
    {
        Option<string?> output = new("--output", "-o") { Description = "the ELF (default: artifacts/kernel/kernel.elf)", HelpName = "FILE" };
        Option<string?> tree = new("--tree") { Description = "source tree of the kernel (default: the one that holds this program)", HelpName = "DIR" };
        Option<string?> il = new("--il") { Description = "the kernel's assembly, when it is compiled already; needs --stubs", HelpName = "FILE" };
        Option<string?> stubs = new("--stubs") { Description = "the assembly with the kernel's stubs, when it is compiled already", HelpName = "FILE" };
        Option<bool> json = Inputs.Json();
        Command command = new("kernel", """
            the kernel

            Exit code: 0, 1 the program is refused, 2 the command line is wrong.

            Examples:
              muen native kernel -o kernel.elf
            """) { output, tree, il, stubs, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            Checkout checkout = parsed.GetValue(tree) is { } root ? new(Path.GetFullPath(root)) : Checkout.Find();
            Inputs.RequireFile(checkout.KernelProject, "project");
            string elf = Path.GetFullPath(parsed.GetValue(output) ?? Path.Combine(checkout.Artifacts, "kernel", "kernel.elf"));
            Inputs.RequirePlace(elf);
            (string kernel, string assembly) = (parsed.GetValue(il), parsed.GetValue(stubs)) switch
            {
                ({ } given, { } with) => (Path.GetFullPath(given), Path.GetFullPath(with)),
                (null, null) => await CompileKernel(elf, checkout, cancellation),
                _ => throw new UserException("--il and --stubs go together", UserException.Usage),
            };
            NativeResult result = await Steps.For(parsed).RunAsync(
                "compile to native code", () => NativeBuild.Compile(NativeKind.Kernel, NativeProgram.Of(kernel, checkout.KernelProject, checkout), NativeBuild.LoadStubs(assembly), elf));
            KernelManifest.Write(result);
            if (!parsed.GetValue(Inputs.MSBuild))
            {
                Report(result, parsed.GetValue(json));
            }

            return 0;
        });
        return command;
    }

    static async Task<(string Kernel, string Stubs)> CompileKernel(string elf, Checkout checkout, CancellationToken cancellation)
    {
        IReadOnlyDictionary<string, string> made = await Compile(elf, checkout, [checkout.KernelProject, checkout.KernelStubsProject], cancellation);
        return (made[checkout.KernelProject], made[checkout.KernelStubsProject]);
    }

    static Command Subject()
    {
        Argument<string> program = Inputs.Path("project.csproj|IL.dll", "the subject's project, or the assembly that it was compiled to");
        Option<string> output = new("--output", "-o") { Description = "the ELF", HelpName = "FILE", Required = true };
        Option<string[]> references = new("--reference") { Description = "an assembly that IL.dll refers to (default: all beside it)", HelpName = "FILE", DefaultValueFactory = _ => [] };
        Option<string?> compiler = new("--compiler") { Description = "the ilc program (default: the one in NuGet's folder)", HelpName = "FILE" };
        Option<string?> work = new("--work") { Description = "folder for what is made on the way (default: beside the ELF)", HelpName = "DIR" };
        Option<string[]> roots = new("--source-root") { Description = "the folder that debug information calls NAME", HelpName = "NAME=DIR", DefaultValueFactory = _ => [] };
        Option<bool> json = Inputs.Json();
        Command command = new("subject", """
            a native subject

            Exit code: 0, 1 the program is refused, 2 the command line is wrong.

            Examples:
              muen native subject worker/worker.csproj -o worker.elf
            """) { program, output, references, compiler, work, roots, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            string path = parsed.GetRequiredValue(program);
            bool isAssembly = Path.GetExtension(path).Equals(".dll", StringComparison.OrdinalIgnoreCase);
            Inputs.RequireFile(path, isAssembly ? "assembly" : "project");
            string elf = Path.GetFullPath(parsed.GetRequiredValue(output));
            Inputs.RequirePlace(elf);
            NativeProgram native = isAssembly
                ? NativeProgram.Of(
                    Path.GetFullPath(path),
                    parsed.GetValue(references) ?? [],
                    [.. (parsed.GetValue(roots) ?? []).Select(Root)]) with
                {
                    Compiler = parsed.GetValue(compiler),
                    WorkFolder = parsed.GetValue(work),
                }
                : await Build(Path.GetFullPath(path), elf, cancellation);
            NativeResult result = await Steps.For(parsed).RunAsync(
                "compile to native code", () => NativeBuild.Compile(NativeKind.Subject, native, SubjectStubs.Create(native.Assembly), elf));
            if (!parsed.GetValue(Inputs.MSBuild))
            {
                Report(result, parsed.GetValue(json));
            }

            return 0;
        });
        return command;
    }

    static async Task<NativeProgram> Build(string project, string elf, CancellationToken cancellation)
    {
        Checkout checkout = Checkout.Find();
        IReadOnlyDictionary<string, string> made = await Compile(elf, checkout, [project], cancellation);
        return NativeProgram.Of(made[project], project, checkout);
    }

    static (string Mapped, string Actual) Root(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 ? (text[..equals], text[(equals + 1)..]) : throw new UserException($"--source-root takes NAME=DIR, not '{text}'", UserException.Usage);
    }

    static async Task<IReadOnlyDictionary<string, string>> Compile(string elf, Checkout checkout, string[] projects, CancellationToken cancellation)
    {
        using (await BuildLock.AcquireAsync(checkout.Artifacts, cancellation))
        {
            return await new Steps().RunAsync("compile the C#", () => DotnetBuild.RunAsync(projects, new Dictionary<string, string>(), elf + ".native", cancellation));
        }
    }

    static void Report(NativeResult result, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new { file = result.ElfPath, code = result.TextBytes, memory = result.ImageBytes, worstStack = result.WorstStackBytes, assembly = result.StubInstructions, replacedCalls = result.InlinedCalls }, s_json));
            return;
        }

        string stack = result.WorstStackBytes is { } bytes ? $"{bytes} bytes" : "no bound: " + string.Join("; ", result.Stacks.Where(s => s.Bytes is null).Select(s => $"{s.Root}: {s.Unbounded}"));
        Console.WriteLine(UserPath.Show(result.ElfPath!));
        Console.WriteLine($"  code            {result.TextBytes} bytes");
        Console.WriteLine($"  memory          {result.ImageBytes} bytes");
        Console.WriteLine($"  worst stack     {stack}");
        Console.WriteLine($"  assembly        {result.StubInstructions} instructions, {result.InlinedCalls} calls replaced by theirs");
    }
}
