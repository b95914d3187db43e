// SPDX-License-Identifier: GPL-3.0-or-later
using Muen.Sdk.Native;

namespace Muen.Kernel.Stubs;

/// <summary>All of the kernel's assembly: the way in (boot), the way in and out of subjects (exit), exceptions, and single instructions.</summary>
public static class KernelStubs
{
    /// <summary>The symbol of the ELF entry point.</summary>
    public const string Entry = "entry";

    /// <summary>The budget of the seed's kernel, in instructions.</summary>
    public const int InstructionBudget = 260;

    /// <summary>Describes the assembly; the boot pieces come first because the multiboot2 header must begin the image.</summary>
    public static StubObject Create()
    {
        var stub = new StubObject();
        BootStubs.Add(stub);
        ExitStubs.Add(stub);
        ExceptionStubs.Add(stub);
        InstructionStubs.Add(stub);
        return stub;
    }
}
