// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;
using Iced.Intel;
using Muen.Sdk.Elf;

namespace Muen.Sdk.Native;

/// <summary>
/// The source lines of a check that failed at run time. The compiler puts the calls that follow a failed check behind the function's other code, gives them no line, and lets
/// checks of the same kind share one: the lines that count are those of the branches that lead there.
/// </summary>
public static class CheckPlaces
{
    /// <summary>Finds the lines.</summary>
    /// <param name="elf">The program.</param>
    /// <param name="lines">Its line table.</param>
    /// <param name="returnAddress">What the call left on the stack.</param>
    /// <returns>File and line of each check that may have failed, in the order of the code; empty when nothing is known.</returns>
    public static IReadOnlyList<(string File, int Line)> Find(ElfFile elf, LineTable lines, ulong returnAddress)
    {
        ArgumentNullException.ThrowIfNull(elf);
        ArgumentNullException.ThrowIfNull(lines);
        if (elf.Symbols.FirstOrDefault(s => s.Type == ElfSymbolType.Function && returnAddress - 1 - s.Value < s.Size) is not { } function
            || elf.Sections.FirstOrDefault(s => s.Contains(function.Value) && s.Contains(function.Value + function.Size - 1)) is not { } section)
        {
            return [];
        }

        ReadOnlyMemory<byte> code = section.Content.Slice((int)(function.Value - section.Address), (int)function.Size);
        List<Instruction> instructions = [];
        var decoder = Decoder.Create(64, code.ToArray(), function.Value);
        while (decoder.IP < function.Value + function.Size)
        {
            instructions.Add(decoder.Decode());
        }

        int call = instructions.FindIndex(i => i.NextIP == returnAddress);
        if (call < 0)
        {
            return [];
        }

        // Where nothing ends before it, the code in front of the call leads there as well.
        IEnumerable<ulong> from = instructions.Where(i => i.FlowControl is FlowControl.ConditionalBranch or FlowControl.UnconditionalBranch && i.NearBranchTarget == instructions[call].IP)
            .Select(i => i.IP);
        if (call == 0 || instructions[call - 1].FlowControl is FlowControl.Next or FlowControl.ConditionalBranch or FlowControl.Call)
        {
            from = from.Append(instructions[call].IP);
        }

        return [.. from.Select(a => lines.Find(a, function.Value, function.Value + function.Size)).Where(p => p.File is not null).Select(p => (p.File!, p.Line)).Distinct()];
    }
}
