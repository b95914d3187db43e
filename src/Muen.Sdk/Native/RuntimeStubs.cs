// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using Muen.Sdk.Elf;
using static Iced.Intel.AssemblerRegisters;

namespace Muen.Sdk.Native;

/// <summary>
/// What compiled C# calls that is neither the program's nor CoreLib's, as far as it has a meaning without a runtime. Only what a program asks for is
/// added. Everything else that it asks for is a construct that needs a runtime: <see cref="MissingHelpers"/> names it.
/// </summary>
static class RuntimeStubs
{
    /// <summary>PanicReason.StackCheck of CoreLib.</summary>
    const int StackCheckReason = 11;

    /// <summary>Adds the pieces for these symbols and returns the ones that there is no piece for.</summary>
    internal static List<string> Add(StubObject stub, IEnumerable<string> undefined)
    {
        var rest = new List<string>();
        foreach (string symbol in undefined)
        {
            switch (symbol)
            {
                // Entering and leaving managed code: there is no collector to tell.
                case "RhpReversePInvoke" or "RhpReversePInvokeReturn":
                    stub.Code64(symbol, a => a.ret());
                    break;

                // Storing a reference into an object (destination RDI, value RSI): there is no collector to tell.
                case "RhpAssignRef" or "RhpCheckedAssignRef":
                    stub.Code64(symbol, a => { a.mov(__qword_ptr[rdi], rsi); a.ret(); }, inline: true);
                    break;

                // Copying a reference inside a struct: from RSI to RDI, both advance.
                case "RhpByRefAssignRef":
                    stub.Code64(symbol, a => { a.movsq(); a.ret(); }, inline: true);
                    break;

                // Touches each page of a large frame before it is used, so that the guard below the stack is met: R11 is the frame's lowest
                // address, which the caller takes as its RSP afterwards. Every register is kept.
                case "RhpStackProbe":
                    stub.Code64(symbol, a =>
                    {
                        Iced.Intel.Label next = a.CreateLabel();
                        a.push(rax);
                        a.mov(rax, rsp);
                        a.Label(ref next);
                        a.sub(rax, 4096);
                        a.test(__[rax], eax);
                        a.cmp(rax, r11);
                        a.ja(next);
                        a.pop(rax);
                        a.ret();
                    });
                    break;

                // Functions with buffers on the stack compare this word at their end. It finds accidents; a constant cannot stop an attacker.
                case "__security_cookie":
                    stub.Data(symbol, StubSection.ReadOnlyData, [0x0D, 0x0A, 0x00, 0xFF, 0x5A, 0xC3, 0x96, 0x71]);
                    break;

                case "RhpFallbackFailFast":
                    stub.Code64(symbol, a => { a.mov(edi, StackCheckReason); a.jmp(stub["muen_panic"]); });
                    break;

                default:
                    rest.Add(symbol);
                    break;
            }
        }

        return rest;
    }

    /// <summary>The symbols that an object leaves to others, in order.</summary>
    internal static IEnumerable<string> Undefined(ElfFile o)
    {
        foreach (ElfSymbol symbol in o.Symbols)
        {
            if (symbol.IsUndefined && symbol.Name.Length != 0)
            {
                yield return symbol.Name;
            }
        }
    }
}
