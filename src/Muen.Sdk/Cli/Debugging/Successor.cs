// SPDX-License-Identifier: MIT

using Iced.Intel;
using Muen.Sdk.Elf;
using Muen.Sdk.Native;

namespace Muen.Sdk.Cli.Debugging;

/// <summary>
/// Second places for breakpoints. With several processors Bochs executes some instructions of each in turn, and looks for no breakpoint at the first of them: one of so many
/// executions is missed, and often the same one each time. The next instruction is looked at, so a breakpoint stands there as well, and what was executed is undone.
/// </summary>
sealed class Successor
{
    /// <summary>Bytes of the longest instruction.</summary>
    public const int MaxInstruction = 15;

    static readonly OpAccess[] s_writes = [OpAccess.Write, OpAccess.CondWrite, OpAccess.ReadWrite, OpAccess.ReadCondWrite];
    static readonly OpAccess[] s_reads = [OpAccess.Read, OpAccess.CondRead, OpAccess.ReadWrite, OpAccess.ReadCondWrite];

    readonly ElfFile _program;
    readonly LineTable _lines;
    readonly Lazy<HashSet<ulong>> _targets;

    /// <summary>Reads a program.</summary>
    public Successor(string program)
    {
        _program = ElfFile.Load(program);
        _lines = LineTable.Read(_program);
        _targets = new(() => [.. Instructions(_program).Where(i => i.IsJccShortOrNear || i.IsJmpShortOrNear).Select(i => i.NearBranchTarget)]);
    }

    /// <summary>All instructions of a program's functions.</summary>
    public static IEnumerable<Instruction> Instructions(ElfFile program)
    {
        foreach (ElfSymbol function in program.Symbols.Where(s => s.Type == ElfSymbolType.Function && s.Size > 0))
        {
            if (program.LoadSegments.FirstOrDefault(s => function.Value - s.VirtualAddress < (ulong)s.Content.Length) is not { } segment)
            {
                continue;
            }

            int offset = (int)(function.Value - segment.VirtualAddress);
            int size = (int)Math.Min(function.Size, (ulong)(segment.Content.Length - offset));
            var decoder = Decoder.Create(64, segment.Content.Slice(offset, size).ToArray(), function.Value);
            while (decoder.IP < function.Value + (ulong)size)
            {
                yield return decoder.Decode();
            }
        }
    }

    /// <summary>Where an instruction leads, when nothing else leads there and it can be undone. It is taken from the program's file: what is in memory before a boot loader has been there says nothing.</summary>
    /// <param name="address">The instruction's address.</param>
    /// <param name="instruction">The instruction.</param>
    /// <returns>The address, or null.</returns>
    public ulong? Of(ulong address, out Instruction instruction)
    {
        instruction = default;
        if (_program.LoadSegments.FirstOrDefault(s => address - s.VirtualAddress < (ulong)s.Content.Length) is not { } segment)
        {
            return null;
        }

        ReadOnlyMemory<byte> code = segment.Content[(int)(address - segment.VirtualAddress)..];
        instruction = Decoder.Create(64, code[..Math.Min(code.Length, MaxInstruction)].ToArray(), address).Decode();
        if (instruction.IsCallNear)
        {
            // Others call it too: the return address tells.
            return instruction.NearBranchTarget;
        }

        ulong next = instruction.NextIP;
        return instruction.FlowControl == FlowControl.Next && Undo(instruction, _ => 0, out _) && !_targets.Value.Contains(next)
            && _lines.Find(_program, next) == _lines.Find(_program, instruction.IP) ? next : null;
    }

    /// <summary>Which register an instruction has to give back, to be executed once more. Flags do not count: none live from one line to the next.</summary>
    /// <param name="instruction">The instruction, executed once.</param>
    /// <param name="read">Reads a register.</param>
    /// <param name="change">The register and its value before; null when there is nothing to change.</param>
    /// <returns>Whether it can be undone.</returns>
    public static bool Undo(in Instruction instruction, Func<Register, ulong> read, out (Register Register, ulong Value)? change)
    {
        change = null;
        if (instruction.Mnemonic is Mnemonic.Push || instruction.IsCallNear)
        {
            change = (Register.RSP, read(Register.RSP) + 8);
            return true;
        }

        if (instruction.Mnemonic is Mnemonic.Add or Mnemonic.Sub && instruction.Op0Kind == OpKind.Register && instruction.Op0Register.IsGPR64()
            && (instruction.Op1Kind is OpKind.Immediate8to64 or OpKind.Immediate32to64 || (instruction.Op1Kind == OpKind.Register && instruction.Op1Register != instruction.Op0Register)))
        {
            ulong operand = instruction.Op1Kind == OpKind.Register ? read(instruction.Op1Register) : instruction.GetImmediate(1);
            ulong value = read(instruction.Op0Register);
            change = (instruction.Op0Register, instruction.Mnemonic == Mnemonic.Add ? value - operand : value + operand);
            return true;
        }

        // Whatever overwrites nothing that it reads does the same twice.
        if (instruction.Mnemonic is not (Mnemonic.Mov or Mnemonic.Lea or Mnemonic.Movzx or Mnemonic.Movsx or Mnemonic.Movsxd or Mnemonic.Cmp or Mnemonic.Test or Mnemonic.Xor or Mnemonic.Nop
            or Mnemonic.Movaps or Mnemonic.Movups or Mnemonic.Movdqa or Mnemonic.Movdqu or Mnemonic.Xorps))
        {
            return false;
        }

        InstructionInfo info = new InstructionInfoFactory().GetInfo(instruction);
        Register[] written = [.. info.GetUsedRegisters().Where(r => s_writes.Contains(r.Access)).Select(r => r.Register.GetFullRegister())];
        return !info.GetUsedRegisters().Any(r => s_reads.Contains(r.Access) && written.Contains(r.Register.GetFullRegister()))
            && !info.GetUsedMemory().Any(m => m.Access is OpAccess.ReadWrite or OpAccess.ReadCondWrite);
    }
}
