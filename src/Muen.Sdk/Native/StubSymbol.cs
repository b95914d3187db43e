// SPDX-License-Identifier: MIT
using System;
using Iced.Intel;

namespace Muen.Sdk.Native;

/// <summary>
/// A symbol as an operand. While a piece is assembled it stands for a placeholder address; what was encoded with one becomes a
/// relocation. An offset can be added: <c>stub["table"] + 8</c>.
/// </summary>
/// <remarks>Operands: <c>a.call(s)</c>, <c>a.jmp(s)</c>, <c>a.jz(s)</c>; <c>a.lea(rax, s.Rip)</c>, <c>a.inc(__qword_ptr[s.Rip])</c>
/// (64-bit code); <c>a.mov(eax, s.Imm32)</c>, <c>a.push(s.Imm32)</c>; <c>a.mov(rax, s.Imm64)</c>; <c>a.lgdt(s.Absolute)</c>,
/// <c>a.mov(eax, s.Absolute)</c> (an address as displacement, in 32-bit code and in 64-bit code below
/// 2 GiB), <c>a.lgdt(s.Absolute16)</c> (16-bit code);
/// <c>a.JumpFar(8, s)</c> (far pointer 16:32).</remarks>
public readonly struct StubSymbol
{
    // Placeholders: 1 MiB a symbol from 1 GiB, an offset of up to half a MiB either way.
    internal const ulong Window = 0x4000_0000;
    internal const ulong Stride = 0x10_0000;
    internal const int MaxSymbols = 0x3FF;

    // 16-bit fields have no room for offsets: one placeholder a symbol.
    const ulong Window16 = 0xF800;

    // Iced gives out RIP-relative operands for labels only; any label's operand, moved to the placeholder, will do.
    static readonly AssemblerMemoryOperand RipBase = AssemblerRegisters.__[new Assembler(64).CreateLabel()];

    readonly int index;
    readonly int offset;

    internal StubSymbol(int index, int offset)
    {
        this.index = index;
        this.offset = offset;
    }

    internal ulong Placeholder => Window + ((ulong)index * Stride) + (Stride / 2) + (ulong)(long)offset;

    /// <summary>The target of a near CALL, JMP or conditional jump.</summary>
    public static implicit operator ulong(StubSymbol symbol) => symbol.Placeholder;

    /// <summary>An address at a distance from the symbol.</summary>
    /// <param name="symbol">The symbol.</param>
    /// <param name="offset">Bytes, less than 512 KiB either way.</param>
    public static StubSymbol operator +(StubSymbol symbol, int offset)
    {
        int sum = checked(symbol.offset + offset);
        if (Math.Abs((long)sum) >= (long)Stride / 2)
        {
            throw new StubException($"offset {sum} is too far from its symbol");
        }

        return new StubSymbol(symbol.index, sum);
    }

    /// <summary>Memory at the symbol, RIP-relative; in 64-bit code. With a size: <c>__qword_ptr[s.Rip]</c>.</summary>
    public AssemblerMemoryOperand Rip => RipBase + ((long)Placeholder - RipBase.Displacement);

    /// <summary>Memory at the symbol by its 32-bit address. With a size: <c>__dword_ptr[s.Absolute]</c>.</summary>
    public AssemblerMemoryOperand Absolute => AssemblerRegisters.__[(long)Placeholder];

    /// <summary>Memory at the symbol by its 16-bit address; in 16-bit code. It takes no offset.</summary>
    public AssemblerMemoryOperand Absolute16 => AssemblerRegisters.__[(long)(offset == 0
        ? Window16 + (ulong)index
        : throw new StubException("a 16-bit address takes no offset"))];

    /// <summary>Memory at the symbol's 32-bit address plus registers.</summary>
    /// <param name="registers">Base and index, for example <c>__[rax + rcx * 8]</c>.</param>
    public AssemblerMemoryOperand Indexed(AssemblerMemoryOperand registers) => registers + (long)Placeholder;

    /// <summary>The address as a 32-bit immediate.</summary>
    public int Imm32 => (int)Placeholder;

    /// <summary>The address as a 64-bit immediate: MOV r64, imm64.</summary>
    public long Imm64 => (long)Placeholder;

    internal static bool TryDecode16(ulong value, out int index)
    {
        index = (int)(value - Window16);
        return value is >= Window16 and < Window16 + MaxSymbols;
    }

    internal static bool TryDecode(ulong value, out int index, out long offset)
    {
        index = 0;
        offset = 0;
        if (value < Window || value >= Window + (MaxSymbols * Stride))
        {
            return false;
        }

        index = (int)((value - Window) / Stride);
        offset = (long)((value - Window) % Stride) - (long)(Stride / 2);
        return true;
    }
}

/// <summary>Stubs that cannot be assembled or written. The message names the piece and the instruction.</summary>
public sealed class StubException : Exception
{
    /// <summary>An error with its message.</summary>
    public StubException(string message)
        : base(message)
    {
    }
}
