// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using Iced.Intel;

namespace Muen.Sdk.Native;

/// <summary>
/// The kernel leaves the x87, MMX, SSE, AVX, mask and tile registers to the subjects: it saves them only when another subject takes the
/// processor, so one instruction of its own would change or leak a subject's state. XSAVE and its relatives move that state and are allowed.
/// </summary>
static class VectorCheck
{
    internal static IEnumerable<NativeFinding> Run(LinkedImage image)
    {
        foreach (NativeFunction function in image.Functions)
        {
            foreach (Instruction i in function.Instructions)
            {
                if (Touches(in i) is { } what)
                {
                    yield return image.Finding(
                        "MUEN3010",
                        $"`{i.ToString()}` uses {what}, which belong to the subjects. Avoid by-value structs over 16 bytes, `= default` on large locals, `stackalloc` with initialiser, floating point",
                        function,
                        i.IP);
                }
            }
        }
    }

    /// <summary>Which registers of the subjects an instruction touches, or null.</summary>
    internal static string? Touches(in Instruction i)
    {
        for (int operand = 0; operand < i.OpCount; operand++)
        {
            if (i.GetOpKind(operand) == OpKind.Register && Kind(i.GetOpRegister(operand)) is { } kind)
            {
                return kind;
            }
        }

        if (Kind(i.MemoryIndex) is { } gather)
        {
            return gather;
        }

        if (i.OpMask != Register.None)
        {
            return "mask registers";
        }

        // Without register operands: FNINIT, EMMS, VZEROALL, LDMXCSR, LDTILECFG, TILERELEASE and the like.
        foreach (CpuidFeature feature in i.CpuidFeatures)
        {
            switch (feature)
            {
                case CpuidFeature.FPU or CpuidFeature.FPU287 or CpuidFeature.FPU387:
                    return "x87 registers";
                case CpuidFeature.MMX:
                    return "MMX registers";
                case CpuidFeature.AVX:
                    return "vector registers";
                case CpuidFeature.AMX_TILE:
                    return "tile registers";
            }
        }

        return i.Mnemonic switch
        {
            Mnemonic.Ldmxcsr or Mnemonic.Stmxcsr => "MXCSR",
            Mnemonic.Wait => "x87 exceptions",
            _ => null,
        };
    }

    static string? Kind(Register register) =>
        register.IsXMM() || register.IsYMM() || register.IsZMM() ? "vector registers"
        : register.IsMM() ? "MMX registers"
        : register.IsST() ? "x87 registers"
        : register.IsK() ? "mask registers"
        : register.IsTMM() ? "tile registers"
        : null;
}
