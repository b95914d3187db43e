// SPDX-License-Identifier: MIT
using System;

namespace Muen.Samples.Monitors;

/// <summary>What an instruction does with its memory operand.</summary>
enum MmioOperation : byte
{
    /// <summary>MOV, MOVZX, MOVSX: memory to a register.</summary>
    Load,

    /// <summary>MOV: a register or an immediate to memory.</summary>
    Store,

    // The numbers of the eight arithmetic operations are those of their opcodes, plus 8 (SDM vol. 2, table A-6).
    Add = 8,
    Or = 9,
    And = 12,
    Sub = 13,
    Xor = 14,
    Compare = 15,
    Test = 16,
}

/// <summary>
/// Decodes the instructions by which 32-bit and 16-bit code reads and writes device registers (SDM vol. 2): MOV, MOVZX, MOVSX, ADD, OR, AND, SUB, XOR, CMP and TEST with one operand
/// in memory. The operand's address is not needed, since the exit tells it. Everything else is refused, never guessed.
/// </summary>
struct MmioInstruction
{
    /// <summary>The processor's limit.</summary>
    internal const int MaxLength = 15;

    /// <summary>Bytes of the instruction.</summary>
    internal int Length;
    internal MmioOperation Operation;

    /// <summary>Bytes of the memory operand: 1, 2 or 4.</summary>
    internal int Size;

    /// <summary>Bytes of the register operand: as <see cref="Size"/>, but for MOVZX and MOVSX.</summary>
    internal int RegisterSize;

    /// <summary>Number of the register operand, 0..7; for one byte 4..7 are AH, CH, DH, BH. -1 when the other operand is <see cref="Immediate"/>.</summary>
    internal int Register;

    /// <summary>The immediate operand, extended to the operand's size.</summary>
    internal uint Immediate;

    /// <summary>Whether a load extends the sign.</summary>
    internal bool SignExtend;

    /// <summary>Whether the result of an arithmetic operation goes to memory; else to the register.</summary>
    internal bool MemoryIsDestination;

    /// <summary>Decodes an instruction.</summary>
    /// <param name="code">Its bytes, as many as there are up to 15.</param>
    /// <param name="wide">Whether the code segment is one of 32 bits.</param>
    /// <param name="instruction">What it does.</param>
    /// <returns>Whether it is one of those above, in a form that the processor accepts.</returns>
    internal static bool TryDecode(ReadOnlySpan<byte> code, bool wide, out MmioInstruction instruction)
    {
        instruction = default;
        instruction.Register = -1;
        int at = 0;
        bool operand32 = wide;
        bool address32 = wide;
        bool locked = false;
        bool repeated = false;

        // Prefixes: each changes what it means once, however often it stands there.
        for (; at < code.Length && at < MaxLength; at++)
        {
            byte prefix = code[at];
            if (prefix == 0x66)
            {
                operand32 = !wide;
            }
            else if (prefix == 0x67)
            {
                address32 = !wide;
            }
            else if (prefix == 0xF0)
            {
                locked = true;
            }
            else if (prefix is 0xF2 or 0xF3)
            {
                repeated = true;
            }
            else if (prefix is not (0x26 or 0x2E or 0x36 or 0x3E or 0x64 or 0x65))
            {
                break;
            }
        }
        // REP has no meaning for any of these.
        if (at >= code.Length || repeated)
        {
            return false;
        }
        int full = operand32 ? 4 : 2;
        byte opcode = code[at];
        at++;
        bool ok = opcode == 0x0F
            ? instruction.DecodeExtending(code, ref at, address32, full)
            : opcode is >= 0xA0 and <= 0xA3 ? instruction.DecodeDirect(opcode, code, ref at, address32, full)
            : instruction.DecodeOrdinary(opcode, code, ref at, address32, full);
        instruction.Length = at;
        return ok && at <= code.Length && at <= MaxLength && (!locked || instruction.MayBeLocked);
    }

    /// <summary>LOCK is for operations that read and write memory; with any other it is an undefined opcode.</summary>
    readonly bool MayBeLocked => MemoryIsDestination
        && (Operation is MmioOperation.Add or MmioOperation.Or or MmioOperation.And or MmioOperation.Sub or MmioOperation.Xor);

    /// <summary>MOVZX and MOVSX: 0F B6, B7, BE, BF.</summary>
    bool DecodeExtending(ReadOnlySpan<byte> code, ref int at, bool address32, int full)
    {
        if (at >= code.Length)
        {
            return false;
        }
        byte opcode = code[at];
        at++;
        if (opcode is not (0xB6 or 0xB7 or 0xBE or 0xBF))
        {
            return false;
        }
        Operation = MmioOperation.Load;
        Size = (opcode & 1) != 0 ? 2 : 1;
        RegisterSize = full;
        SignExtend = opcode >= 0xBE;
        return TryMemory(code, ref at, address32, out Register);
    }

    /// <summary>MOV of AL or EAX and an address in the instruction: A0 to A3.</summary>
    bool DecodeDirect(byte opcode, ReadOnlySpan<byte> code, ref int at, bool address32, int full)
    {
        Operation = (opcode & 2) != 0 ? MmioOperation.Store : MmioOperation.Load;
        Size = (opcode & 1) != 0 ? full : 1;
        RegisterSize = Size;
        Register = 0;
        at += address32 ? 4 : 2;
        return at <= code.Length;
    }

    bool DecodeOrdinary(byte opcode, ReadOnlySpan<byte> code, ref int at, bool address32, int full)
    {
        Size = (opcode & 1) != 0 ? full : 1;
        RegisterSize = Size;
        if (!TryMemory(code, ref at, address32, out int field))
        {
            return false;
        }
        switch (opcode)
        {
            case 0x88 or 0x89 or 0x8A or 0x8B:
                Operation = opcode >= 0x8A ? MmioOperation.Load : MmioOperation.Store;
                Register = field;
                return true;
            case 0xC6 or 0xC7:
                Operation = MmioOperation.Store;
                return field == 0 && TryImmediate(code, ref at, Size, Size);
            case 0x84 or 0x85:
                Operation = MmioOperation.Test;
                Register = field;
                return true;
            case 0xF6 or 0xF7:
                // The processor takes /1 for TEST too, the manuals do not have it.
                Operation = MmioOperation.Test;
                return field == 0 && TryImmediate(code, ref at, Size, Size);
            case 0x80 or 0x81 or 0x83:
                Operation = (MmioOperation)((int)MmioOperation.Add + field);
                MemoryIsDestination = true;
                return IsKnown(field) && TryImmediate(code, ref at, opcode == 0x81 ? Size : 1, Size);
            case < 0x40 when (opcode & 7) < 4:
                Operation = (MmioOperation)((int)MmioOperation.Add + (opcode >> 3));
                MemoryIsDestination = (opcode & 2) == 0;
                Register = field;
                return IsKnown(opcode >> 3);
            default:
                return false;
        }
    }

    /// <summary>ADC and SBB are not among those above: no device is asked by them.</summary>
    static bool IsKnown(int arithmetic) => arithmetic is not (2 or 3);

    /// <summary>Skips ModRM, SIB and displacement (SDM vol. 2, tables 2-1 to 2-3).</summary>
    /// <returns>Whether there is a memory operand.</returns>
    static bool TryMemory(ReadOnlySpan<byte> code, ref int at, bool address32, out int field)
    {
        field = 0;
        if (at >= code.Length)
        {
            return false;
        }
        byte modRm = code[at];
        at++;
        int mode = modRm >> 6;
        int rm = modRm & 7;
        field = (modRm >> 3) & 7;
        if (mode == 3)
        {
            return false;
        }
        if (!address32)
        {
            at += mode == 1 ? 1 : mode == 2 || rm == 6 ? 2 : 0;
            return at <= code.Length;
        }
        bool noBase = rm == 5;
        if (rm == 4)
        {
            if (at >= code.Length)
            {
                return false;
            }
            noBase = (code[at] & 7) == 5;
            at++;
        }
        at += mode == 1 ? 1 : mode == 2 || noBase ? 4 : 0;
        return at <= code.Length;
    }

    /// <summary>An immediate of <paramref name="size"/> bytes; its sign is extended to the operand's size.</summary>
    bool TryImmediate(ReadOnlySpan<byte> code, ref int at, int size, int operandSize)
    {
        if (at + size > code.Length)
        {
            return false;
        }
        uint value = 0;
        for (int i = 0; i < size; i++)
        {
            value |= (uint)code[at + i] << (8 * i);
        }
        at += size;
        Immediate = size == 1 ? unchecked((uint)(sbyte)value) & MaskOf(operandSize) : value;
        return true;
    }

    /// <summary>The bits of an operand.</summary>
    internal static uint MaskOf(int size) => uint.MaxValue >> (32 - (8 * size));
}
