// SPDX-License-Identifier: MIT
using System;
using Iced.Intel;

namespace Muen.Sdk.Native;

/// <summary>Instructions that Iced's assembler has no method for, or whose operand size its methods do not let choose.</summary>
public static class StubInstructions
{
    /// <summary>A far jump through a 16:32 pointer: how 16- and 32-bit code enters another code segment.</summary>
    /// <param name="a">The assembler, in 16- or 32-bit code.</param>
    /// <param name="selector">Code segment.</param>
    /// <param name="target">Where to; its address must fit into 32 bits.</param>
    public static void JumpFar(this Assembler a, ushort selector, StubSymbol target)
    {
        ArgumentNullException.ThrowIfNull(a);
        a.AddInstruction(Instruction.CreateBranch(Code.Jmp_ptr1632, selector, (uint)target.Placeholder));
    }
}
