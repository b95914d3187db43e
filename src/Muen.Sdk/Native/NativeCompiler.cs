// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Muen.Sdk.Elf;

namespace Muen.Sdk.Native;

/// <summary>
/// Turns IL into a checked ELF: ilc compiles it to an object, our stubs and what the runtime would have supplied become two more, the linker
/// joins them, calls of one-instruction stubs are replaced by the instruction, and the result is checked. What is found stops the build with
/// the function's name and the source line.
/// </summary>
/// <remarks>
/// The same IL and stubs give the same bytes in any folder. In the ELF: segments R-X, R--, RW-, each on its own pages; .bss only as memory size; symbols
/// and DWARF for gdb, outside of every segment.
/// </remarks>
/// <example><code>
/// NativeResult r = NativeCompiler.Compile(new NativeRequest
/// {
///     Kind = NativeKind.Subject, AssemblyPath = "bin/Crypter.dll", References = ["bin/Muen.CoreLib.dll", "bin/Muen.Subject.dll"],
///     Stubs = SubjectStubs.Create(), OutputPath = "bin/Crypter.elf",
/// });
/// foreach (NativeFinding f in r.Findings) Console.Error.WriteLine(f);
/// </code></example>
public static class NativeCompiler
{
    const int KernelStackLimit = 1024;
    const int KernelInstructionBudget = 260;

    /// <summary>Builds the ELF. Nothing is thrown for a defect of the input: it becomes a finding.</summary>
    /// <param name="request">What to build.</param>
    /// <returns>The ELF's path and figures, or the findings. An ELF of an earlier build is removed first.</returns>
    public static NativeResult Compile(NativeRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            File.Delete(request.OutputPath);
            string folder = Path.GetFullPath(request.WorkFolder ?? request.OutputPath + ".native");
            Directory.CreateDirectory(folder);
            return new Build(request, folder).Run();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ElfException or StubException)
        {
            return Failed(new NativeFinding("MUEN3000", e.Message));
        }
    }

    static NativeResult Failed(params NativeFinding[] findings) => new() { Findings = findings };

    sealed class Build(NativeRequest request, string folder)
    {
        readonly List<NativeFinding> findings = [];
        readonly StubObject runtime = new();
        readonly HashSet<string> missing = new(StringComparer.Ordinal);

        internal NativeResult Run()
        {
            string? compiler = request.CompilerPath;
            string? error = null;
            if (compiler is null ? (compiler = Toolchain.FindCompiler(null, out error)) is null : !File.Exists(compiler))
            {
                return Failed(new NativeFinding("MUEN3001", error ?? $"there is no compiler at {compiler}; run `dotnet restore`"));
            }

            if (Toolchain.FindLinker(out error) is not { } linker)
            {
                return Failed(new NativeFinding("MUEN3002", error!));
            }

            using var source = new ManagedSource([request.AssemblyPath, .. request.References], request.SourceRoots);
            var names = new FunctionNames(source.Assemblies);
            string program = Path.Combine(folder, "program.o");
            if (!RunCompiler(compiler, program, source))
            {
                return Failed([.. findings]);
            }

            ElfFile compiled = ElfFile.Load(program);
            if (!Link(linker, compiled, program))
            {
                return Failed([.. findings]);
            }

            var image = new LinkedImage(
                File.ReadAllBytes(Path.Combine(folder, "linked.elf")),
                symbol => request.Stubs.TryGetCode(symbol, out int bits) || runtime.TryGetCode(symbol, out bits) ? (true, bits) : (false, 64),
                names.Of,
                request.SourceRoots);
            PostLink.PanicTails(image);
            var bodies = new Dictionary<string, byte[]>(request.Stubs.InlineBodies);
            foreach ((string symbol, byte[] body) in runtime.InlineBodies)
            {
                bodies.TryAdd(symbol, body);
            }

            int inlined = PostLink.Inline(image, bodies);
            var checks = new Checks(image, request.Kind, findings);
            checks.Statics(compiled, source, names);
            checks.Missing(compiled, missing);
            checks.Image(request.Entry);
            var graph = new CallGraph(image);
            var stack = new StackAnalysis(graph);
            checks.Branches(graph);
            if (request.Kind == NativeKind.Kernel)
            {
                findings.AddRange(VectorCheck.Run(image));
                checks.Recursion(graph);
            }

            int instructions = request.Stubs.InstructionCount + runtime.InstructionCount;
            checks.Budget(instructions, request.InstructionBudget ?? (request.Kind == NativeKind.Kernel ? KernelInstructionBudget : null));
            IReadOnlyList<StackBound> stacks = stack.Roots();
            int? worst = checks.Stack(graph, stack, request.StackLimit ?? (request.Kind == NativeKind.Kernel ? KernelStackLimit : null));
            return Finish(image, new NativeResult
            {
                Findings = [],
                WorstStackBytes = worst,
                Stacks = stacks,
                TextBytes = (int)(image.Elf.FindSection(".text")?.Size ?? 0),
                ImageBytes = (int)image.Elf.LoadSegments.Sum(s => (decimal)s.MemorySize),
                StubInstructions = instructions,
                InlinedCalls = inlined,
                JumpTables = graph.JumpTables.Count,
            });
        }

        NativeResult Finish(LinkedImage image, NativeResult result)
        {
            if (findings.Count != 0)
            {
                return result with
                {
                    Findings = [.. findings.Distinct().OrderBy(f => f.File, StringComparer.Ordinal).ThenBy(f => f.Line).ThenBy(f => f.Code, StringComparer.Ordinal)
                        .ThenBy(f => f.Message, StringComparer.Ordinal)],
                };
            }

            // Another process sees no ELF or all of it.
            string temporary = request.OutputPath + ".tmp";
            File.WriteAllBytes(temporary, image.Bytes);
            File.Move(temporary, request.OutputPath, overwrite: true);
            return result with { ElfPath = request.OutputPath };
        }

        bool RunCompiler(string compiler, string output, ManagedSource source)
        {
            string il = Path.Combine(folder, "il");
            Directory.CreateDirectory(il);
            var options = new List<string>
            {
                DenseSymbols.Copy(request.AssemblyPath, il),
                $"-o:{output}",
                "--systemmodule:Muen.CoreLib",
                "-O",
                "-g",
                "--targetos:linux",
                "--targetarch:x64",
                "--noinlinetls",
                "--parallelism:1",
            };
            foreach (string reference in request.References)
            {
                options.Add($"-r:{DenseSymbols.Copy(reference, il)}");
                options.Add($"--generateunmanagedentrypoints:{Path.GetFileNameWithoutExtension(reference)},HIDDEN");
            }

            if (request.Kind == NativeKind.Kernel)
            {
                options.Add("--nativelib");
            }

            string response = Path.Combine(folder, "program.rsp");
            File.WriteAllLines(response, options);
            File.Delete(output);
            (int exit, string text) = Toolchain.Run(compiler, ["@" + response], folder);
            CompilerMessages.Read(text, exit, File.Exists(output), source, findings);
            return findings.Count == 0;
        }

        /// <summary>Links; symbols that nothing defines are given a body, so that the places that use them can be found in the result.</summary>
        bool Link(string linker, ElfFile compiled, string program)
        {
            byte[] stubs = request.Stubs.ToElf();
            ElfFile stubObject = ElfFile.Parse(stubs);
            IEnumerable<string> undefined = RuntimeStubs.Undefined(compiled).Concat(RuntimeStubs.Undefined(stubObject)).Distinct()
                .Where(s => !Defines(compiled, s) && !Defines(stubObject, s) && !IsFromScript(s)).Order(StringComparer.Ordinal);
            List<string> rest = RuntimeStubs.Add(runtime, undefined);

            // A piece of ours may itself need muen_panic.
            ElfFile runtimeObject = ElfFile.Parse(runtime.ToElf());
            rest.AddRange(RuntimeStubs.Undefined(runtimeObject).Where(s => !Defines(compiled, s) && !Defines(stubObject, s) && !rest.Contains(s)));
            var trap = new StubObject();
            foreach (string symbol in rest)
            {
                missing.Add(symbol);
                trap.Code64(symbol, a => a.ud2());
            }

            if (!Defines(compiled, request.Entry) && !Defines(stubObject, request.Entry))
            {
                findings.Add(new NativeFinding("MUEN3021", $"the stubs define no symbol {request.Entry}, where the program begins"));
                return false;
            }

            File.WriteAllBytes(Path.Combine(folder, "stubs.o"), stubs);
            File.WriteAllBytes(Path.Combine(folder, "runtime.o"), runtime.ToElf());
            File.WriteAllBytes(Path.Combine(folder, "missing.o"), trap.ToElf());
            File.WriteAllText(Path.Combine(folder, "link.ld"), LinkScript.For(request.Kind, request.Entry));
            (int exit, string text) = Toolchain.Run(
                linker,
                [
                    "-nostdlib", "-static", "-T", "link.ld", "-z", "max-page-size=4096", "-z", "noexecstack", "--fatal-warnings", "--error-limit=0",
                    "-o", "linked.elf", "stubs.o", program, "runtime.o", "missing.o",
                ],
                folder);
            if (exit == 0)
            {
                return true;
            }

            foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                if (line.StartsWith("ld.lld: error: ", StringComparison.Ordinal))
                {
                    findings.Add(new NativeFinding("MUEN3004", "linker: " + line["ld.lld: error: ".Length..]));
                }
            }

            if (findings.Count == 0)
            {
                findings.Add(new NativeFinding("MUEN3004", $"the linker ended with code {exit}: {text.Trim()}"));
            }

            return false;
        }

        static bool Defines(ElfFile o, string symbol) => o.FindSymbol(symbol) is { IsUndefined: false };

        static bool IsFromScript(string symbol) =>
            symbol is "image_begin" or "text_end" or "rodata_end" or "data_end" or "image_end";
    }
}

/// <summary>Names of compiled functions for messages: ilc's symbols are assembly, type and method joined by underscores.</summary>
public sealed class FunctionNames
{
    readonly List<string> prefixes;

    /// <param name="assemblies">Names of the assemblies.</param>
    public FunctionNames(IEnumerable<string> assemblies)
    {
        prefixes = [.. assemblies.Select(a => Mangle(a) + "_").OrderByDescending(p => p.Length).ThenBy(p => p, StringComparer.Ordinal)];
    }

    /// <summary>A symbol's name: without the assembly, the method after a dot.</summary>
    public string Of(string symbol)
    {
        foreach (string prefix in prefixes)
        {
            if (symbol.StartsWith(prefix, StringComparison.Ordinal) && symbol.Length > prefix.Length)
            {
                string rest = symbol[prefix.Length..];
                int method = rest.IndexOf("__", 1, StringComparison.Ordinal);
                return method < 0 ? rest : rest[..method] + "." + rest[(method + 2)..];
            }
        }

        return symbol;
    }

    static string Mangle(string text)
    {
        var result = new StringBuilder();
        foreach (char c in text)
        {
            result.Append(char.IsAsciiLetterOrDigit(c) ? c : '_');
        }

        return result.ToString();
    }
}
