// SPDX-License-Identifier: MIT
using Muen.Abi;

namespace Muen.Samples.Monitors;

/// <summary>The guest's general registers by their numbers in instructions, and the flags of arithmetic (SDM vol. 1, 3.4.3.1).</summary>
static unsafe class Registers
{
    const ulong Carry = 1 << 0;
    const ulong Parity = 1 << 2;
    const ulong Adjust = 1 << 4;
    const ulong Zero = 1 << 6;
    const ulong Sign = 1 << 7;
    const ulong Overflow = 1 << 11;
    const ulong ArithmeticFlags = Carry | Parity | Adjust | Zero | Sign | Overflow;

    /// <summary>Reads a register of 1, 2 or 4 bytes; of 1 byte 4..7 are the second bytes of the first four.</summary>
    internal static uint Read(SubjectState* state, int register, int size)
    {
        bool second = size == 1 && register >= 4;
        ulong value = *Of(state, second ? register - 4 : register);
        return (uint)(value >> (second ? 8 : 0)) & MmioInstruction.MaskOf(size);
    }

    /// <summary>Writes a register; what a shorter operand leaves out keeps its value.</summary>
    internal static void Write(SubjectState* state, int register, int size, uint value)
    {
        bool second = size == 1 && register >= 4;
        int shift = second ? 8 : 0;
        ulong* place = Of(state, second ? register - 4 : register);
        ulong mask = (ulong)MmioInstruction.MaskOf(size) << shift;
        *place = (*place & 0xFFFF_FFFF & ~mask) | (((ulong)value << shift) & mask);
    }

    /// <summary>Carries out an arithmetic operation and sets the flags.</summary>
    /// <returns>The result; of CMP and TEST nobody wants it.</returns>
    internal static uint Execute(SubjectState* state, MmioOperation operation, uint left, uint right, int size)
    {
        uint mask = MmioInstruction.MaskOf(size);
        uint result;
        ulong flags = 0;
        switch (operation)
        {
            case MmioOperation.Add:
                result = unchecked(left + right) & mask;
                flags |= result < left ? Carry : 0;
                flags |= ((left ^ result) & (right ^ result) & SignBit(size)) != 0 ? Overflow : 0;
                flags |= ((left ^ right ^ result) & 0x10) != 0 ? Adjust : 0;
                break;
            case MmioOperation.Sub or MmioOperation.Compare:
                result = unchecked(left - right) & mask;
                flags |= left < right ? Carry : 0;
                flags |= ((left ^ right) & (left ^ result) & SignBit(size)) != 0 ? Overflow : 0;
                flags |= ((left ^ right ^ result) & 0x10) != 0 ? Adjust : 0;
                break;
            case MmioOperation.Or:
                result = left | right;
                break;
            case MmioOperation.Xor:
                result = left ^ right;
                break;
            default:
                result = left & right;
                break;
        }
        flags |= result == 0 ? Zero : 0;
        flags |= (result & SignBit(size)) != 0 ? Sign : 0;
        flags |= (System.Numerics.BitOperations.PopCount(result & 0xFF) & 1) == 0 ? Parity : 0;
        state->Rflags = (state->Rflags & ~ArithmeticFlags) | flags;
        return result;
    }

    static uint SignBit(int size) => 1u << ((8 * size) - 1);

    static ulong* Of(SubjectState* state, int register) => register switch
    {
        0 => &state->Rax,
        1 => &state->Rcx,
        2 => &state->Rdx,
        3 => &state->Rbx,
        4 => &state->Rsp,
        5 => &state->Rbp,
        6 => &state->Rsi,
        _ => &state->Rdi,
    };
}
