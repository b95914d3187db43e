// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Iced.Intel;
using Muen.Sdk.Elf;

namespace Muen.Sdk.Native;

/// <summary>What a linked image must not contain. Each check adds a finding for each place.</summary>
sealed class Checks(LinkedImage image, NativeKind kind, List<NativeFinding> findings)
{
    /// <summary>
    /// Static fields that code would have to initialise, code that nobody runs: class constructors that the compiler could not
    /// compute, and fields of reference types, which live in objects that a runtime would allocate.
    /// </summary>
    internal void Statics(ElfFile compiled, ManagedSource source, FunctionNames names)
    {
        foreach (ElfSymbol symbol in compiled.Symbols)
        {
            if (symbol.Name == "__EagerCctor" && !symbol.IsUndefined)
            {
                EagerConstructors(compiled, symbol);
            }

            const string References = "__GCSTATICS";
            if (symbol.Name.StartsWith(References, StringComparison.Ordinal) && !symbol.Name.EndsWith("__PreInitData", StringComparison.Ordinal) && !symbol.IsUndefined)
            {
                string mangled = symbol.Name[References.Length..];
                (string? type, string? file, int line) = source.Type(mangled, out IReadOnlyList<string> fields);
                string which = fields.Count == 0 ? "" : $" ({string.Join(", ", fields)})";
                findings.Add(new NativeFinding(
                    "MUEN3012",
                    $"{type ?? names.Of(mangled)}: a static field of a reference type that is not constant{which} would live on a heap. Make it const, or readonly with a value that the compiler computes, or a struct",
                    file,
                    line,
                    type));
            }
        }
    }

    void EagerConstructors(ElfFile compiled, ElfSymbol symbol)
    {
        ElfSection section = compiled.Sections[symbol.SectionIndex];
        ulong end = section.Size;
        foreach (ElfSymbol other in compiled.Symbols)
        {
            if (other.SectionIndex == symbol.SectionIndex && other.Value > symbol.Value && other.Value < end)
            {
                end = other.Value;
            }
        }

        int before = findings.Count;
        foreach (ElfRelocation relocation in compiled.RelocationsOf(section))
        {
            if (relocation.Offset >= symbol.Value && relocation.Offset < end)
            {
                string name = compiled.Symbols[relocation.SymbolIndex].Name;
                NativeFunction? constructor = image.Functions.FirstOrDefault(f => f.Symbol == name);
                string message = "a static field is initialised by code that would never run. Only what the compiler can compute is possible: constants, structs of constants, constant arrays of numbers";
                findings.Add(constructor is null
                    ? new NativeFinding("MUEN3011", $"{name}: {message}", Function: name)
                    : image.Finding("MUEN3011", message, constructor, constructor.Address));
            }
        }

        if (findings.Count == before)
        {
            findings.Add(new NativeFinding("MUEN3011", "there is a class constructor that would never run"));
        }
    }

    /// <summary>Uses of functions that do not exist: of a runtime, or a RuntimeImport that no stub defines.</summary>
    internal void Missing(ElfFile compiled, HashSet<string> missing)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (NativeFunction function in image.Functions)
        {
            foreach (Instruction i in function.Instructions)
            {
                ulong target = i.Op0Kind == OpKind.NearBranch64 ? i.NearBranchTarget : i.IsIPRelativeMemoryOperand ? i.IPRelativeMemoryAddress : 0;
                if (target != 0 && image.At(target) is { } to && missing.Contains(to.Symbol) && to != function)
                {
                    used.Add(to.Symbol);
                    findings.Add(image.Finding("MUEN3013", Explain(to.Symbol), function, i.IP));
                }
            }
        }

        // Data that names them: tables of methods, cells of interface calls.
        foreach (ElfSection section in compiled.Sections.Where(s => (s.Flags & ElfSectionFlags.Allocate) != 0 && s.Type == ElfSectionType.ProgramBits))
        {
            foreach (ElfRelocation relocation in compiled.RelocationsOf(section))
            {
                string symbol = compiled.Symbols[relocation.SymbolIndex].Name;
                if (!missing.Contains(symbol))
                {
                    continue;
                }

                ElfSymbol? owner = compiled.Symbols.Where(s => s.SectionIndex == section.Index && s.Value <= relocation.Offset && s.Name.Length != 0)
                    .MaxBy(s => s.Value);
                List<NativeFinding> users = [.. UsersOf(owner, relocation.Offset, symbol)];
                if (users.Count != 0)
                {
                    used.Add(symbol);
                    findings.AddRange(users);
                }
                else if (used.Add(symbol))
                {
                    findings.Add(new NativeFinding("MUEN3013", $"{owner?.Name ?? section.Name}: {Explain(symbol)}"));
                }
            }
        }

        foreach (string symbol in missing.Where(s => !used.Contains(s)).Order(StringComparer.Ordinal))
        {
            findings.Add(new NativeFinding("MUEN3013", Explain(symbol)));
        }
    }

    /// <summary>The instructions that use a piece of data: the calls through a cell of an interface, for example.</summary>
    IEnumerable<NativeFinding> UsersOf(ElfSymbol? owner, ulong offset, string symbol)
    {
        if (owner is null || image.Elf.FindSymbol(owner.Name) is not { } linked)
        {
            yield break;
        }

        ulong address = linked.Value + (offset - owner.Value);
        foreach (NativeFunction function in image.Functions)
        {
            foreach (Instruction i in function.Instructions)
            {
                if (i.IsIPRelativeMemoryOperand && i.IPRelativeMemoryAddress == address)
                {
                    yield return image.Finding("MUEN3013", Explain(symbol), function, i.IP);
                }
            }
        }
    }

    static string Explain(string symbol) => MissingHelpers.Describe(symbol) is { } construct
        ? $"{construct} (needs {symbol})"
        : $"nothing defines {symbol}: add a stub of that name, or a method with [RuntimeExport(\"{symbol}\")]";

    /// <summary>Rights of memory, and that every executable byte was seen.</summary>
    internal void Image(string entry)
    {
        foreach (ElfSegment segment in image.Elf.LoadSegments)
        {
            if ((segment.Flags & (ElfSegmentFlags.Write | ElfSegmentFlags.Execute)) == (ElfSegmentFlags.Write | ElfSegmentFlags.Execute))
            {
                findings.Add(new NativeFinding("MUEN3014", $"the segment at 0x{segment.VirtualAddress:x} is writable and executable"));
            }
        }

        foreach (ElfSection section in image.Elf.Sections)
        {
            if ((section.Flags & ElfSectionFlags.Allocate) != 0 && (section.Flags & (ElfSectionFlags.Write | ElfSectionFlags.Execute)) == (ElfSectionFlags.Write | ElfSectionFlags.Execute))
            {
                findings.Add(new NativeFinding("MUEN3014", $"the section {section.Name} is writable and executable"));
            }
        }

        foreach (ulong address in image.UnknownCode())
        {
            findings.Add(new NativeFinding("MUEN3023", $"code at 0x{address:x} belongs to no function, so nothing checks it"));
        }

        foreach (NativeFunction function in image.Functions)
        {
            foreach (Instruction i in function.Instructions)
            {
                if (i.IsInvalid)
                {
                    findings.Add(image.Finding("MUEN3023", $"the bytes at 0x{i.IP:x} are not an instruction", function, i.IP));
                    break;
                }
            }
        }

        if (image.Elf.FindSymbol(entry) is not { } symbol || symbol.Value != image.Elf.Entry)
        {
            findings.Add(new NativeFinding("MUEN3021", $"the image does not begin at {entry}"));
        }
    }

    /// <summary>Branches whose targets are not in the instruction: the kernel has none, so nothing of it is predicted by what a subject did. A subject may have them.</summary>
    internal void Branches(CallGraph graph)
    {
        foreach ((NativeFunction function, Instruction i) in graph.Stray)
        {
            findings.Add(image.Finding("MUEN3016", $"`{i.ToString()}` leads to no function", function, i.IP));
        }

        if (kind != NativeKind.Kernel)
        {
            return;
        }

        foreach ((NativeFunction function, Instruction i) in graph.Indirect)
        {
            findings.Add(image.Finding(
                "MUEN3016",
                $"`{i.ToString()}` is an indirect {(i.FlowControl == FlowControl.IndirectCall ? "call" : "jump")}. Avoid function pointers, virtual and interface calls",
                function,
                i.IP));
        }

        // Their targets are known, but a subject may have taught the branch predictor others.
        foreach (ulong jump in graph.JumpTables.Keys)
        {
            NativeFunction function = image.Functions.First(f => jump >= f.Address && jump < f.Address + f.Size);
            findings.Add(image.Finding("MUEN3016", "the jump of a switch through a table is an indirect branch. Write comparisons, one after the other", function, jump));
        }
    }

    /// <summary>No function may come back to itself.</summary>
    internal void Recursion(CallGraph graph)
    {
        foreach (List<CallEdge> cycle in graph.Cycles())
        {
            string way = string.Join(" -> ", cycle.Select(e => e.From.Name).Append(cycle[^1].To.Name));
            CallEdge first = cycle.Find(e => !e.From.IsStub) is { From: not null } managed ? managed : cycle[0];
            findings.Add(image.Finding("MUEN3015", $"recursion: {way}", first.From, first.Address));
        }
    }

    /// <summary>The budget of assembly.</summary>
    internal void Budget(int instructions, int? budget)
    {
        if (instructions > budget)
        {
            findings.Add(new NativeFinding("MUEN3019", string.Create(CultureInfo.InvariantCulture, $"{instructions} instructions of assembly, the budget is {budget}")));
        }
    }

    /// <summary>The worst stack, checked against a limit.</summary>
    /// <returns>Bytes over all ways in; for a subject with an interrupt on top of them; null without a bound.</returns>
    internal int? Stack(CallGraph graph, StackAnalysis stack, int? limit)
    {
        int? ordinary = 0;
        int? interrupts = 0;
        foreach (NativeFunction root in graph.Roots)
        {
            StackBound bound = stack.Bound(root);
            bool handler = kind == NativeKind.Subject && stack.IsInterruptHandler(root);
            if (handler)
            {
                interrupts = bound.Bytes is { } bytes && interrupts is { } known ? Math.Max(known, bytes + StackAnalysis.InterruptFrame) : null;
            }
            else
            {
                ordinary = bound.Bytes is { } bytes && ordinary is { } known ? Math.Max(known, bytes) : null;
            }

            // In the kernel these two have findings of their own, at the place.
            bool isReported = kind == NativeKind.Kernel && bound.Unbounded is { } why && (why == StackAnalysis.Recursion || why.StartsWith(StackAnalysis.Pointer, StringComparison.Ordinal));
            if (limit is { } most && (bound.Bytes is null || bound.Bytes > most) && !isReported)
            {
                string way = string.Join(" -> ", bound.Path);
                NativeFunction at = image.Functions.First(f => f.Name == bound.Path[0]);
                NativeFunction place = bound.Path.Select(n => image.Functions.First(f => f.Name == n)).FirstOrDefault(f => !f.IsStub) ?? at;
                findings.Add(image.Finding(
                    "MUEN3017",
                    bound.Bytes is null
                        ? $"the stack of {bound.Root} has no bound: {bound.Unbounded} ({way})"
                        : string.Create(CultureInfo.InvariantCulture, $"{bound.Root} needs {bound.Bytes} bytes of stack, the limit is {most} ({way})"),
                    place,
                    place.Address));
            }
        }

        return ordinary + interrupts;
    }
}
