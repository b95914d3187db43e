// SPDX-License-Identifier: MIT
using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Iced.Intel;

namespace Muen.Sdk.Native;

/// <summary>
/// Recognises the one form in which the compiler writes a switch, and proves it bounded: the index is compared with a constant, the table
/// lies in read-only data, and every entry leads to an instruction of the same function. Anything else is not recognised.
/// </summary>
/// <remarks><code>
/// cmp  edi, 5                 ; bound
/// ja   default
/// mov  eax, edi               ; index
/// lea  rcx, [rip+table]
/// mov  ecx, [rcx+rax*4]
/// lea  rdx, [rip+base]        ; the function's code
/// add  rcx, rdx
/// jmp  rcx
/// </code></remarks>
static class JumpTable
{
    const int Reach = 24;

    /// <summary>The targets of an indirect jump, or null when it is not a bounded jump table.</summary>
    /// <param name="image">The image.</param>
    /// <param name="function">The function.</param>
    /// <param name="index">Number of the jump in the function's instructions.</param>
    internal static IReadOnlyList<ulong>? Targets(LinkedImage image, NativeFunction function, int index)
    {
        IReadOnlyList<Instruction> code = function.Instructions;
        Instruction jump = code[index];
        if (jump.Mnemonic != Mnemonic.Jmp || jump.Op0Kind != OpKind.Register || index < 6)
        {
            return null;
        }

        Instruction add = code[index - 1];
        Instruction lea = code[index - 2];
        Instruction load = code[index - 3];
        Instruction table = code[index - 4];
        if (add.Mnemonic != Mnemonic.Add || add.Op0Register != jump.Op0Register || add.Op1Kind != OpKind.Register
            || lea.Mnemonic != Mnemonic.Lea || lea.Op0Register != add.Op1Register || !lea.IsIPRelativeMemoryOperand
            || load.Mnemonic != Mnemonic.Mov || load.Op0Register.GetFullRegister() != jump.Op0Register || load.Op0Register.GetSize() != 4
            || load.Op1Kind != OpKind.Memory || load.MemoryIndexScale != 4 || load.MemoryDisplacement64 != 0
            || table.Mnemonic != Mnemonic.Lea || !table.IsIPRelativeMemoryOperand || table.Op0Register != load.MemoryBase)
        {
            return null;
        }

        if (Bound(code, index - 5, load.MemoryIndex) is not { } bound)
        {
            return null;
        }

        ReadOnlySpan<byte> entries = image.Memory(table.IPRelativeMemoryAddress, ((int)bound + 1) * 4);
        if (entries.IsEmpty || !IsReadOnly(image, table.IPRelativeMemoryAddress))
        {
            return null;
        }

        var starts = new HashSet<ulong>();
        foreach (Instruction i in code)
        {
            starts.Add(i.IP);
        }

        var targets = new List<ulong>();
        for (int i = 0; i <= bound; i++)
        {
            ulong target = lea.IPRelativeMemoryAddress + BinaryPrimitives.ReadUInt32LittleEndian(entries[(i * 4)..]);
            if (!starts.Contains(target))
            {
                return null;
            }

            targets.Add(target);
        }

        return targets;
    }

    /// <summary>Walks backwards from the table to CMP and JA on the register that becomes the index, through copies of it.</summary>
    static uint? Bound(IReadOnlyList<Instruction> code, int from, Register index)
    {
        Register wanted = index.GetFullRegister();
        for (int i = from; i >= 1 && i > from - Reach; i--)
        {
            Instruction current = code[i];
            if (current.Mnemonic == Mnemonic.Ja && code[i - 1] is { Mnemonic: Mnemonic.Cmp } compare
                && compare.Op0Kind == OpKind.Register && compare.Op0Register.GetFullRegister() == wanted && compare.Op0Register.GetSize() == 4
                && compare.Op1Kind is OpKind.Immediate8to32 or OpKind.Immediate32)
            {
                ulong bound = compare.GetImmediate(1);
                return bound < 4096 ? (uint)bound : null;
            }

            // A branch or a call in between: another way could lead here.
            if (current.FlowControl != FlowControl.Next)
            {
                return null;
            }

            if (current.Op0Kind == OpKind.Register && current.Op0Register.GetFullRegister() == wanted)
            {
                // A 32-bit copy clears the upper half, so the 32-bit comparison bounds the 64-bit index.
                if (current.Mnemonic != Mnemonic.Mov || current.Op1Kind != OpKind.Register || current.Op0Register.GetSize() != 4)
                {
                    return null;
                }

                wanted = current.Op1Register.GetFullRegister();
            }
        }

        return null;
    }

    static bool IsReadOnly(LinkedImage image, ulong address)
    {
        foreach (Elf.ElfSegment segment in image.Elf.LoadSegments)
        {
            if (address - segment.VirtualAddress < segment.MemorySize)
            {
                return (segment.Flags & Elf.ElfSegmentFlags.Write) == 0;
            }
        }

        return false;
    }
}
