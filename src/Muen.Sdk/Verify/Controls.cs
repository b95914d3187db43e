// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Verify;

/// <summary>
/// The bits of VMX controls, control registers and EFER that hold a subject in its bounds. The verifier has its own table of them: what the compiler believes of the
/// processor must not be what it is judged by.
/// </summary>
static class Controls
{
    /// <summary>External-interrupt exiting, NMI exiting, preemption timer (SDM vol. 3, table 25-5).</summary>
    public const uint PinRequired = 1u << 0 | 1u << 3 | 1u << 6;

    /// <summary>Posted interrupts.</summary>
    public const uint PinForbidden = 1u << 7;

    /// <summary>I/O bitmaps, MSR bitmaps, secondary controls (table 25-6).</summary>
    public const uint ProcessorRequired = 1u << 25 | 1u << 28 | 1u << 31;

    /// <summary>MOV to and from CR3 exits: a native subject's page tables are all that bounds it.</summary>
    public const uint ProcessorRequiredOfNative = 1u << 15 | 1u << 16;

    /// <summary>TSC offsetting, TPR shadow.</summary>
    public const uint ProcessorForbidden = 1u << 3 | 1u << 21;

    /// <summary>VPID (table 25-7): translations of one subject are not another's.</summary>
    public const uint SecondaryRequired = 1u << 5;

    /// <summary>APIC virtualisation, VM functions, shadow VMCS, EPT-violation #VE, mode-based execution, sub-page permissions, and all above: each gives entries bits a meaning.</summary>
    public const uint SecondaryForbidden = 1u << 0 | 1u << 4 | 1u << 8 | 1u << 9 | 1u << 13 | 1u << 14 | 1u << 16 | 1u << 17 | 1u << 18 | 1u << 22 | 1u << 23;

    /// <summary>EPT.</summary>
    public const uint EnableEpt = 1u << 1;

    /// <summary>64-bit host, acknowledge interrupt on exit (table 25-13).</summary>
    public const uint ExitRequired = 1u << 9 | 1u << 15;

    /// <summary>Entry to SMM, deactivate dual-monitor treatment (table 25-15).</summary>
    public const uint EntryForbidden = 1u << 10 | 1u << 11;

    /// <summary>Load IA32_EFER at entries; save and load it at exits.</summary>
    public const uint EntryLoadEfer = 1u << 15;
    public const uint ExitEfer = 1u << 20 | 1u << 21;
    public const uint EntryIa32eMode = 1u << 9;

    /// <summary>#MC is the kernel's.</summary>
    public const uint ExceptionsRequired = 1u << 18;

    /// <summary>CR0: protection, write protection, paging, and the caches, which are the machine's.</summary>
    public const ulong Cr0Native = 1ul << 0 | 1ul << 16 | 1ul << 31;
    public const ulong Cr0Caches = 1ul << 29 | 1ul << 30;

    /// <summary>CR4: PAE; PGE, SMX, PCID and PKE would give page table entries and instructions another meaning.</summary>
    public const ulong Cr4NativeSet = 1ul << 5;
    public const ulong Cr4NativeClear = 1ul << 7 | 1ul << 14 | 1ul << 17 | 1ul << 22;

    /// <summary>CR4 bits that no subject owns: MCE, VMXE, SMXE.</summary>
    public const ulong Cr4Kernel = 1ul << 6 | 1ul << 13 | 1ul << 14;

    /// <summary>EFER: LME, LMA, NXE.</summary>
    public const ulong EferNative = 1ul << 8 | 1ul << 10 | 1ul << 11;
}
