// SPDX-License-Identifier: MIT
using System;
using System.Linq;
using System.Text;
using Muen.Abi;

namespace Muen.Sdk.Policy.Emit;

/// <summary>The kernel's entry of a native subject: controls, masks and first state (design of the kernel; SDM vol. 3, chapters 25 and 27).</summary>
internal static class SubjectEntries
{
    private const ulong Cr0 = 1 << 0 | 1 << 1 | 1 << 4 | 1 << 5 | 1 << 16 | 1UL << 31; // PE, MP, ET, NE, WP, PG
    private const ulong Cr4 = 1 << 5 | 1 << 6 | 1 << 9 | 1 << 10 | 1 << 13 | 1 << 18; // PAE, MCE, OSFXSR, OSXMMEXCPT, VMXE, OSXSAVE
    // XCR0 (SDM vol. 1, 13.3): x87 and SSE from the start; by XSETBV also AVX and AVX-512.
    private const ulong Xcr0 = 0x3;
    private const ulong Xcr0Mask = 0xE7;
    private const ulong Efer = 1 << 8 | 1 << 10 | 1 << 11; // LME, LMA, NXE
    private const ulong Rflags = 1 << 1;
    private const ulong InterruptFlag = 1 << 9;

    private const uint CodeAccess = 0xA09B; // 64-bit code, accessed, DPL 0
    private const uint DataAccess = 0xC093; // data, writable, accessed, DPL 0
    private const uint TaskAccess = 0x8B; // busy 64-bit TSS
    private const uint Unusable = 1 << 16;
    private const uint WholeLimit = 0xFFFF_FFFF;
    private const uint TaskLimit = 0x67;

    internal static unsafe SubjectEntry Of(SubjectView subject, SystemView system)
    {
        var entry = new SubjectEntry
        {
            Processor = (ushort)subject.Processor,
            Group = (ushort)subject.Group,
            Profile = SubjectProfile.Native,
            VmcsAddress = Address(system, RegionKind.Vmcs, subject.Id),
            IoBitmapAddress = Address(system, RegionKind.IoBitmap, subject.Id),
            MsrBitmapAddress = Address(system, RegionKind.MsrBitmap, subject.Id),
            PinControls = (uint)(PinControls.ExternalInterruptExiting | PinControls.NmiExiting | PinControls.PreemptionTimer),
            ProcessorControls = (uint)Primary(subject),
            SecondaryControls = (uint)(SecondaryControls.EnableVpid | SecondaryControls.WbinvdExiting),
            ExitControls = (uint)(ExitControls.HostAddressSpaceSize | ExitControls.AcknowledgeInterrupt),
            EntryControls = (uint)EntryControls.Ia32eModeGuest,
            ExceptionBitmap = uint.MaxValue,
            Cr0Mask = ulong.MaxValue,
            Cr4Mask = ulong.MaxValue,
            Xcr0 = Xcr0,
            Xcr0Mask = Xcr0Mask,
            Initial = State(subject),
        };
        Encoding.ASCII.GetBytes(subject.Name, new Span<byte>(entry.Name, Limits.NameLength));
        return entry;
    }

    internal static ulong Address(SystemView system, RegionKind kind, int owner) => system.Regions.First(r => r.Kind == kind && r.Owner == owner).Address;

    private static ProcessorControls Primary(SubjectView subject)
    {
        ProcessorControls controls = ProcessorControls.HltExiting | ProcessorControls.InvlpgExiting | ProcessorControls.MwaitExiting | ProcessorControls.RdpmcExiting
            | ProcessorControls.RdtscExiting | ProcessorControls.Cr3LoadExiting | ProcessorControls.Cr3StoreExiting | ProcessorControls.Cr8LoadExiting
            | ProcessorControls.Cr8StoreExiting | ProcessorControls.MovDrExiting | ProcessorControls.UseIoBitmaps | ProcessorControls.UseMsrBitmaps
            | ProcessorControls.MonitorExiting | ProcessorControls.ActivateSecondary;
        if (subject.Rdtsc)
        {
            controls &= ~ProcessorControls.RdtscExiting;
        }

        // An idle subject is the one that may halt: the processor rests until its next minor frame.
        return subject.Component is null ? controls & ~ProcessorControls.HltExiting : controls;
    }

    private static SubjectState State(SubjectView subject)
    {
        var data = new Segment { Selector = 0x10, Limit = WholeLimit, Access = DataAccess };
        return new SubjectState
        {
            Rip = subject.Entry,
            Rsp = subject.StackPointer,
            Rflags = subject.Component is null ? Rflags | InterruptFlag : Rflags,
            Cr0 = Cr0,
            Cr0Shadow = Cr0,
            Cr3 = subject.PageTables,
            Cr4 = Cr4,
            Cr4Shadow = Cr4,
            Efer = Efer,
            Cs = new Segment { Selector = 0x8, Limit = WholeLimit, Access = CodeAccess },
            Ss = data,
            Ds = data,
            Es = data,
            Fs = data,
            Gs = data,
            Tr = new Segment { Selector = 0x18, Limit = TaskLimit, Access = TaskAccess },
            Ldtr = new Segment { Access = Unusable },
            Running = 1,
        };
    }
}
