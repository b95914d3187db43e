// SPDX-License-Identifier: MIT
using Muen.Kernel.Stubs;
using Muen.Sdk.Native;
using static Iced.Intel.AssemblerRegisters;

namespace Muen.VtdProbe;

/// <summary>The kernel's stubs, and the change of page tables by which the probe sees all physical memory.</summary>
public static class ProbeStubs
{
    /// <summary>Describes the assembly.</summary>
    public static StubObject Create()
    {
        StubObject stub = KernelStubs.Create();
        stub.Code64("WriteCr3", a => { a.mov(cr3, rdi); a.ret(); });
        return stub;
    }
}
