// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;
using Iced.Intel;

namespace Muen.Sdk.Native;

/// <summary>The two changes that are made to linked code. Both are before the checks, which see what is shipped.</summary>
static class PostLink
{
    const string ThrowHelpers = "Internal_Runtime_CompilerHelpers_ThrowHelpers__";

    /// <summary>
    /// Replaces each call of a one-instruction stub by its body, filled up with one NOP; a tail jump becomes body and RET where both fit. An instruction of the
    /// two-byte opcodes with registers alone (VMREAD, VMWRITE) is filled up by DS prefixes instead, which mean nothing there: a NOP
    /// is one more instruction on every VM exit's way.
    /// </summary>
    /// <param name="image">The image.</param>
    /// <param name="bodies">Body of each stub by symbol, at most 5 bytes.</param>
    /// <returns>How many calls were replaced.</returns>
    internal static int Inline(LinkedImage image, IReadOnlyDictionary<string, byte[]> bodies)
    {
        int count = 0;
        foreach (NativeFunction function in image.Functions)
        {
            if (function.Bits != 64)
            {
                continue;
            }

            foreach (Instruction i in function.Instructions)
            {
                if (i.Length != 5 || !(i.IsCallNear || i.IsJmpNear) || !i.IsNearBranch()
                    || image.At(i.NearBranchTarget) is not { } target || !bodies.TryGetValue(target.Symbol, out byte[]? body))
                {
                    continue;
                }

                byte[] code = i.IsCallNear ? body : [.. body, 0xC3];
                if (code.Length <= 5)
                {
                    byte[] filled = i.IsCallNear && TakesPrefixes(code) ? [.. Enumerable.Repeat<byte>(0x3E, 5 - code.Length), .. code] : [.. code, .. Nop(5 - code.Length)];
                    image.Patch(i.IP, filled);
                    count++;
                }
            }
        }

        image.Disassemble();
        return count;
    }

    /// <summary>
    /// Makes CoreLib's throw helpers jump to muen_panic where they call it, so that muen_panic finds the address of the code that failed on top
    /// of the stack. C# cannot express it: the compiler knows that a method does not return only by its endless loop, and such a
    /// method calls.
    /// </summary>
    internal static void PanicTails(LinkedImage image)
    {
        foreach (NativeFunction function in image.Functions)
        {
            if (!function.Symbol.Contains(ThrowHelpers, StringComparison.Ordinal))
            {
                continue;
            }

            // push rbp; mov rbp,rsp; [mov edi,reason]; call muen_panic; jmp $
            ReadOnlySpan<byte> code = image.Memory(function.Address, (int)function.Size);
            if (!code.StartsWith<byte>([0x55, 0x48, 0x8B, 0xEC]) || !code.EndsWith<byte>([0xEB, 0xFE]))
            {
                continue;
            }

            byte[] middle = code[4..^2].ToArray();
            int call = middle.Length - 5;
            if ((call != 0 && (call != 5 || middle[0] != 0xBF)) || middle[call] != 0xE8)
            {
                continue;
            }

            // The displacement counts from the end of the instruction, which moves forward by the four bytes of the prologue.
            int displacement = BitConverter.ToInt32(middle, call + 1) + 4;
            middle[call] = 0xE9;
            BitConverter.TryWriteBytes(middle.AsSpan(call + 1), displacement);
            image.Patch(function.Address, [.. middle, 0xCC, 0xCC, 0xCC, 0xCC, 0xCC, 0xCC]);
        }

        image.Disassemble();
    }

    /// <summary>Whether the code is one instruction that begins with 0F, all of whose operands are registers.</summary>
    static bool TakesPrefixes(byte[] code)
    {
        Instruction only = Decoder.Create(64, code).Decode();
        return code[0] == 0x0F && only.Length == code.Length && only.OpCount > 0
            && Enumerable.Range(0, only.OpCount).All(operand => only.GetOpKind(operand) == OpKind.Register);
    }

    static byte[] Nop(int length) => length switch
    {
        0 => [],
        1 => [0x90],
        2 => [0x66, 0x90],
        3 => [0x0F, 0x1F, 0x00],
        _ => [0x0F, 0x1F, 0x40, 0x00],
    };

    static bool IsNearBranch(this in Instruction i) => i.Op0Kind == OpKind.NearBranch64;
}
