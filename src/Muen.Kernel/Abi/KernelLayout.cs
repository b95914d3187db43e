// SPDX-License-Identifier: MIT
namespace Muen.Abi;

/// <summary>
/// Where the kernel finds things: fixed addresses, the same on every processor. The policy compiler makes one page table a
/// processor that maps exactly this and nothing else; what is private to a processor lies at the same virtual address
/// in each, over different physical pages. Everything not named here is not mapped, so the page before and after a stack faults.
/// </summary>
public static class KernelLayout
{
    /// <summary>Bytes of a page.</summary>
    public const ulong PageSize = 0x1000;

    /// <summary>Physical page below 1 MiB where application processors start in real mode; its number is the SIPI vector.</summary>
    public const ulong Trampoline = 0x7000;

    /// <summary>First byte of the kernel's image, virtual and physical: .text (RX), .rodata (R), .data and .bss (RW), each on pages of its own.</summary>
    public const ulong Image = 0x10_0000;

    /// <summary>The kernel's image ends at or below this address.</summary>
    public const ulong ImageEnd = 0x20_0000;

    /// <summary>The policy's tables, virtual and physical, read-only: a <see cref="TablesHeader"/> and what its offsets name.</summary>
    public const ulong Tables = 0x20_0000;

    /// <summary>Largest size of the tables in bytes.</summary>
    public const ulong TablesLimit = 0x40_0000;

    /// <summary>The stack of a processor: one page between two that are not mapped.</summary>
    public const ulong Stack = 0x2000_1000;

    /// <summary>Initial stack pointer.</summary>
    public const ulong StackTop = Stack + PageSize;

    /// <summary>The stack for exceptions, NMI and machine checks (IST 1): one guarded page.</summary>
    public const ulong InterruptStack = 0x2000_4000;

    /// <summary>Initial stack pointer of the interrupt stack.</summary>
    public const ulong InterruptStackTop = InterruptStack + PageSize;

    /// <summary>The processor's own data: one guarded page, zero at start.</summary>
    public const ulong ProcessorData = 0x2000_7000;

    /// <summary>The VMXON region: one page, write-back.</summary>
    public const ulong VmxOn = 0x2000_A000;

    /// <summary>The crash audit: one page, uncached, shared by all processors; it survives a warm reboot.</summary>
    public const ulong CrashAudit = 0x2000_D000;

    /// <summary>Registers of the IO-APIC, uncached.</summary>
    public const ulong IoApic = 0x2001_0000;

    /// <summary>The plan selector (<see cref="Muen.Abi.PlanSelector"/>), one page that tau0 writes, read-only here; mapped on every processor when there is one.</summary>
    public const ulong PlanSelector = 0x2001_3000;

    /// <summary>
    /// Registers of the first unit for DMA and interrupt remapping, uncached, on processor 0 only; the next ones follow at distances of <see cref="IommuStride"/>.
    /// </summary>
    public const ulong Iommus = 0x2002_0000;

    /// <summary>Distance from one unit's registers to the next one's. A unit has at most half of it, so a page between two is never mapped.</summary>
    public const ulong IommuStride = 0x8000;

    /// <summary>Pages of subject 0; subject n's follow at n times <see cref="SubjectStride"/>. Only subjects of this processor are mapped.</summary>
    public const ulong Subjects = 0x3000_0000;

    /// <summary>Distance from one subject's pages to the next one's.</summary>
    public const ulong SubjectStride = 0x1_0000;

    /// <summary>Offset of the state page (<see cref="SubjectState"/>).</summary>
    public const ulong StateOffset = 0x0000;

    /// <summary>Offset of the timed event page.</summary>
    public const ulong TimedEventOffset = 0x2000;

    /// <summary>Offset of the pending interrupts page: four 64-bit words.</summary>
    public const ulong InterruptsOffset = 0x4000;

    /// <summary>Offset of the scheduling information page (<see cref="SchedulingInfo"/>).</summary>
    public const ulong SchedulingInfoOffset = 0x6000;

    /// <summary>Offset of the XSAVE area: one page.</summary>
    public const ulong FpuOffset = 0x8000;

    /// <summary>Offset of the VMCS: one page.</summary>
    public const ulong VmcsOffset = 0xA000;

    /// <summary>Offset of the MSR store, one page of 16-byte entries (SDM vol. 3, table 25-15); mapped only when the subject has one.</summary>
    public const ulong MsrStoreOffset = 0xC000;
}
