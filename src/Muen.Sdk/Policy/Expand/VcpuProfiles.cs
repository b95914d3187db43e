// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using System.Collections.Immutable;
using Muen.Abi;

namespace Muen.Sdk.Policy.Expand;

/// <summary>
/// What a subject's virtual processor is when the policy says nothing: controls as the design of the kernel has them, and the state in which code of the profile
/// expects to begin.
/// </summary>
internal static class VcpuProfiles
{
    /// <summary>Bits of CR4 that a VM owns: those that concern nothing but its own paging, extensions and exceptions.</summary>
    internal const Cr4 VmOwnedCr4 = Cr4.Virtual8086 | Cr4.ProtectedVirtualInterrupts | Cr4.TimeStampDisable | Cr4.DebuggingExtensions | Cr4.PageSizeExtensions
        | Cr4.PhysicalAddressExtension | Cr4.PageGlobalEnable | Cr4.PerformanceCounterEnable | Cr4.FxSave | Cr4.SimdExceptions | Cr4.FsGsBaseEnable | Cr4.PcidEnable
        | Cr4.XSaveEnable | Cr4.SmepEnable | Cr4.SmapEnable;

    /// <summary>Bits of CR0 that a VM does not own: the caches are the machine's, and VMX fixes NE (SDM vol. 3, A.7).</summary>
    internal const Cr0 VmMaskedCr0 = Cr0.NumericError | Cr0.NotWriteThrough | Cr0.CacheDisable;

    /// <summary>
    /// Exceptions of a VM that exit. Machine checks are the kernel's. A debug exception or alignment check whose delivery causes the next one can keep the processor from
    /// ever leaving the VM (CVE-2015-8104, CVE-2015-5307), so both exit and a monitor gives them back.
    /// </summary>
    internal const uint VmExceptions = 1u << 1 | 1u << 17 | 1u << 18;

    private const uint CommonPin = (uint)(PinControls.ExternalInterruptExiting | PinControls.NmiExiting | PinControls.PreemptionTimer);

    private const ProcessorControls CommonProcessor = ProcessorControls.HltExiting | ProcessorControls.InvlpgExiting | ProcessorControls.MwaitExiting | ProcessorControls.RdpmcExiting
        | ProcessorControls.RdtscExiting | ProcessorControls.Cr8LoadExiting | ProcessorControls.Cr8StoreExiting | ProcessorControls.MovDrExiting
        | ProcessorControls.UseIoBitmaps | ProcessorControls.UseMsrBitmaps | ProcessorControls.MonitorExiting | ProcessorControls.ActivateSecondary;

    private const uint CommonExit = (uint)(ExitControls.HostAddressSpaceSize | ExitControls.AcknowledgeInterrupt);

    // XCR0 (SDM vol. 1, 13.3). AVX and AVX-512 can be enabled by XSETBV.
    private const ulong X87 = 1;
    private const ulong Sse = 2;
    private const ulong XSaveComponents = 0xE7;

    private const ulong Rflags = 1 << 1;
    private const uint Unusable = 1 << 16;
    private const uint WholeLimit = 0xFFFF_FFFF;
    private const uint Code64 = 0xA09B; // 64-bit code, accessed, DPL 0
    private const uint Code32 = 0xC09B; // 32-bit code, accessed, DPL 0, limit in pages
    private const uint Data32 = 0xC093; // data, writable, accessed, DPL 0
    private const uint BusyTask = 0x8B; // busy TSS
    private const uint TaskLimit = 0x67;
    private const uint RealLimit = 0xFFFF;

    /// <summary>64-bit code at CPL 0 on page tables of the policy compiler.</summary>
    internal static Vcpu Native()
    {
        const ulong cr0 = (ulong)(Cr0.ProtectionEnable | Cr0.MonitorCoprocessor | Cr0.ExtensionType | Cr0.NumericError | Cr0.WriteProtect | Cr0.Paging);
        const ulong cr4 = (ulong)(Cr4.PhysicalAddressExtension | Cr4.MachineCheckEnable | Cr4.FxSave | Cr4.SimdExceptions | Cr4.VmxEnable | Cr4.XSaveEnable);
        return new Vcpu
        {
            Pin = CommonPin,
            Processor = (uint)(CommonProcessor | ProcessorControls.Cr3LoadExiting | ProcessorControls.Cr3StoreExiting),
            Secondary = (uint)(SecondaryControls.EnableVpid | SecondaryControls.WbinvdExiting),
            Exit = CommonExit,
            Entry = (uint)EntryControls.Ia32eModeGuest,
            Exceptions = uint.MaxValue,
            Cr0Mask = ulong.MaxValue,
            Cr4Mask = ulong.MaxValue,
            Xcr0 = XSaveComponents,         // as the kernel has it in root mode: no XSETBV when the subject changes
            Xcr0Mask = XSaveComponents,
            Initial = Flat(Code64) with
            {
                Cr0 = cr0,
                Cr0Shadow = cr0,
                Cr4 = cr4,
                Cr4Shadow = cr4,
                Efer = (ulong)(Efer.LongModeEnable | Efer.LongModeActive | Efer.ExecuteDisableEnable),
            },
        };
    }

    /// <summary>A virtual machine on EPT with its own paging, in the state in which a boot loader leaves 32-bit code: flat segments, paging off.</summary>
    internal static Vcpu Vm()
    {
        const ulong cr0 = (ulong)(Cr0.ProtectionEnable | Cr0.ExtensionType | Cr0.NumericError);
        return new Vcpu
        {
            Pin = CommonPin,
            Processor = (uint)CommonProcessor,
            Secondary = (uint)(SecondaryControls.EnableEpt | SecondaryControls.EnableVpid | SecondaryControls.WbinvdExiting | SecondaryControls.UnrestrictedGuest),
            Exit = CommonExit | (uint)(ExitControls.SaveEfer | ExitControls.LoadEfer),
            Entry = (uint)EntryControls.LoadEfer,
            Exceptions = VmExceptions,
            Cr0Mask = (ulong)VmMaskedCr0,
            Cr4Mask = ~(ulong)VmOwnedCr4,
            Xcr0 = X87,
            Xcr0Mask = XSaveComponents,
            Initial = Flat(Code32) with { Cr0 = cr0, Cr0Shadow = cr0, Cr4 = (ulong)(Cr4.MachineCheckEnable | Cr4.VmxEnable) },
        };
    }

    /// <summary>The MSRs that a VM has without asking: those of system calls and segments, and EFER.</summary>
    internal static ImmutableArray<MsrNode> VmMsrs(Place place) =>
    [
        new(place, 0x174, 0x176, true, true),
        new(place, 0xC000_0080, 0xC000_0084, true, true),
        new(place, 0xC000_0100, 0xC000_0102, true, true),
    ];

    /// <summary>The state of a VM's 32-bit code: that of <see cref="Vm"/>, beginning at <paramref name="entry"/>.</summary>
    internal static SubjectState ProtectedMode(ulong entry) => Vm().Initial with { Rip = entry };

    /// <summary>The state of a VM's 16-bit code: real mode as after a reset, but beginning at <paramref name="address"/>.</summary>
    /// <param name="address">Guest-physical address below 1 MiB; from 64 KiB on a multiple of 16.</param>
    internal static SubjectState RealMode(ulong address)
    {
        ulong selector = address < RealLimit ? 0 : address >> 4;
        var data = new Segment { Limit = RealLimit, Access = 0x93 };
        const ulong cr0 = (ulong)(Cr0.ExtensionType | Cr0.NumericError);
        return new SubjectState
        {
            Rip = address - (selector << 4),
            Rflags = Rflags,
            Cr0 = cr0,
            Cr0Shadow = cr0,
            Cr4 = (ulong)(Cr4.MachineCheckEnable | Cr4.VmxEnable),
            Cs = new Segment { Selector = selector, Base = selector << 4, Limit = RealLimit, Access = 0x9B },
            Ss = data,
            Ds = data,
            Es = data,
            Fs = data,
            Gs = data,
            Tr = new Segment { Limit = RealLimit, Access = BusyTask },
            Ldtr = new Segment { Access = Unusable },
            Idtr = new Segment { Limit = 0x3FF },
        };
    }

    private static SubjectState Flat(uint code)
    {
        var data = new Segment { Selector = 0x10, Limit = WholeLimit, Access = Data32 };
        return new SubjectState
        {
            Rflags = Rflags,
            Cs = new Segment { Selector = 0x8, Limit = WholeLimit, Access = code },
            Ss = data,
            Ds = data,
            Es = data,
            Fs = data,
            Gs = data,
            Tr = new Segment { Selector = 0x18, Limit = TaskLimit, Access = BusyTask },
            Ldtr = new Segment { Access = Unusable },
        };
    }
}
