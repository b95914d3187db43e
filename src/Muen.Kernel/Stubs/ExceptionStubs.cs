// SPDX-License-Identifier: GPL-3.0-or-later
using Iced.Intel;
using Muen.Sdk.Native;
using static Iced.Intel.AssemblerRegisters;

namespace Muen.Kernel.Stubs;

/// <summary>Exceptions in root mode never return. Each entry is one CALL of five bytes; its return address names the vector.</summary>
static class ExceptionStubs
{
    private const int Vectors = 32;

    internal static void Add(StubObject stub)
    {
        stub.Code64("ExceptionEntries", a =>
        {
            for (int vector = 0; vector < Vectors; vector++)
            {
                a.call(stub["ExceptionCommon"]);
            }
        });
        stub.Code64("ExceptionCommon", a =>
        {
            a.mov(rdi, rsp);
            a.and(rsp, -16);
            a.call(stub["KernelException"]);
            a.jmp(stub["Halt"]);
        });
    }
}
