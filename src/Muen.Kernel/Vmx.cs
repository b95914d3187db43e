// SPDX-License-Identifier: GPL-3.0-or-later
using System.Runtime.CompilerServices;
using Muen.Abi;

namespace Muen.Kernel;

/// <summary>VMX operation and the contents of a VMCS (SDM vol. 3, chapters 24 to 27). What a subject may do comes from the policy's tables; the host state is the kernel's.</summary>
static unsafe class Vmx
{
    private const ulong EnableVpid = 1 << 5;

    /// <summary>IA32_VMX_EPT_VPID_CAP: walks of four levels, write-back paging structures, pages of 2 MiB; of 1 GiB (SDM vol. 3, A.10).</summary>
    private const ulong EptPages = (1 << 6) | (1 << 14) | (1 << 16);
    private const ulong EptHugePages = 1 << 17;

    // Types of INVVPID.
    private const uint SingleContext = 1;
    private const uint AllContexts = 2;
    private const ulong LoadEfer = 1 << 15;
    private const ulong Ia32eMode = 1 << 9;
    private const ulong EferLongModeActive = 1 << 10;

    /// <summary>HLT; every other state but active would keep the preemption timer from ending the slot (SDM vol. 3, 26.5.1).</summary>
    private const uint ActivityMask = 1;

    /// <summary>Blocking by STI, by MOV SS: the kernel alone decides about NMIs.</summary>
    private const uint InterruptibilityMask = 3;

    /// <summary>The kernel's own EFER, for exits of subjects that have one: LME, LMA, NXE.</summary>
    private const ulong HostEfer = 0xD00;

    /// <summary>Enters VMX root operation on this processor.</summary>
    internal static void Enter()
    {
        // The revision identifier fills the first 31 bits of every region that the processor owns (SDM vol. 3, 25.11.5).
        *(uint*)KernelLayout.VmxOn = Revision();
        ulong address = Tables.Processor(Processors.Data->Index)->VmxOnAddress;
        if (Cpu.VmxOn(&address) == 0)
        {
            Panic.Raise(PanicReason.VmxOn);
        }

        Cpu.InvalidateVpid(AllContexts, 0);
    }

    /// <summary>Gives a new VMCS its revision and clears it.</summary>
    internal static void Clear(uint subject, SubjectEntry* entry)
    {
        *(uint*)(Subjects.Pages(subject) + KernelLayout.VmcsOffset) = Revision();
        if (Cpu.VmClear(&entry->VmcsAddress) == 0)
        {
            Panic.Raise(PanicReason.VmClear);
        }
    }

    /// <summary>Makes a subject's VMCS the current one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Load(SubjectEntry* entry)
    {
        if (Cpu.VmPtrLd(&entry->VmcsAddress) == 0)
        {
            Panic.Raise(PanicReason.VmPtrLd);
        }
    }

    /// <summary>The timer's rate relative to the TSC.</summary>
    internal static void SetTimerShift() => Processors.Data->TimerShift = (uint)Cpu.ReadMsr(Msr.VmxMisc) & 31;

    /// <summary>Controls, bitmaps, masks: what the policy demands, with the bits that this processor fixes.</summary>
    internal static void WriteControls(uint subject, SubjectEntry* entry)
    {
        Cpu.VmWrite(VmcsField.PinControls, Adjust(entry->PinControls, Msr.VmxTruePinControls));
        Cpu.VmWrite(VmcsField.ProcessorControls, Adjust(entry->ProcessorControls, Msr.VmxTrueProcessorControls));
        Cpu.VmWrite(VmcsField.SecondaryControls, Adjust(entry->SecondaryControls, Msr.VmxSecondaryControls));
        Cpu.VmWrite(VmcsField.ExitControls, Adjust(entry->ExitControls, Msr.VmxTrueExitControls));
        Cpu.VmWrite(VmcsField.EntryControls, Adjust(entry->EntryControls, Msr.VmxTrueEntryControls));
        Cpu.VmWrite(VmcsField.ExceptionBitmap, entry->ExceptionBitmap);
        Cpu.VmWrite(VmcsField.PageFaultErrorMask, 0);
        Cpu.VmWrite(VmcsField.PageFaultErrorMatch, 0);
        Cpu.VmWrite(VmcsField.Cr3TargetCount, 0);
        Cpu.VmWrite(VmcsField.IoBitmapA, entry->IoBitmapAddress);
        Cpu.VmWrite(VmcsField.IoBitmapB, entry->IoBitmapAddress + KernelLayout.PageSize);
        Cpu.VmWrite(VmcsField.MsrBitmap, entry->MsrBitmapAddress);
        Cpu.VmWrite(VmcsField.ExitMsrStoreCount, entry->MsrStoreCount);
        Cpu.VmWrite(VmcsField.EntryMsrLoadCount, entry->MsrStoreCount);
        Cpu.VmWrite(VmcsField.ExitMsrLoadCount, 0);
        if (entry->MsrStoreCount != 0)
        {
            Cpu.VmWrite(VmcsField.ExitMsrStoreAddress, entry->MsrStoreAddress);
            Cpu.VmWrite(VmcsField.EntryMsrLoadAddress, entry->MsrStoreAddress);
        }

        if (entry->EptPointer != 0)
        {
            ulong pages = (entry->Flags & SubjectFlags.HugePages) != 0 ? EptPages | EptHugePages : EptPages;
            SystemState.Demand(Msr.VmxEptVpidCapabilities, pages, Cpu.ReadMsr(Msr.VmxEptVpidCapabilities));
            Cpu.VmWrite(VmcsField.EptPointer, entry->EptPointer);
        }

        if ((entry->SecondaryControls & EnableVpid) != 0)
        {
            Cpu.VmWrite(VmcsField.Vpid, subject + 1);
        }

        Cpu.VmWrite(VmcsField.Cr0Mask, entry->Cr0Mask);
        Cpu.VmWrite(VmcsField.Cr4Mask, entry->Cr4Mask);
        Cpu.VmWrite(VmcsField.VmcsLinkPointer, ulong.MaxValue);
    }

    /// <summary>
    /// What an exit loads. The stack pointer is the end of the register part of the subject's state page, so that the exit code
    /// saves registers where a monitor reads them, by pushing.
    /// </summary>
    internal static void WriteHostState(ProcessorData* data)
    {
        Cpu.VmWrite(VmcsField.HostCr0, Cpu.ReadCr0());
        Cpu.VmWrite(VmcsField.HostCr3, Cpu.ReadCr3());
        Cpu.VmWrite(VmcsField.HostCr4, Cpu.ReadCr4());
        Cpu.VmWrite(VmcsField.HostCsSelector, Processors.CodeSelector);
        Cpu.VmWrite(VmcsField.HostSsSelector, Processors.DataSelector);
        Cpu.VmWrite(VmcsField.HostDsSelector, Processors.DataSelector);
        Cpu.VmWrite(VmcsField.HostEsSelector, Processors.DataSelector);
        Cpu.VmWrite(VmcsField.HostFsSelector, 0);
        Cpu.VmWrite(VmcsField.HostGsSelector, 0);
        Cpu.VmWrite(VmcsField.HostTrSelector, Processors.TaskSelector);
        Cpu.VmWrite(VmcsField.HostFsBase, 0);
        Cpu.VmWrite(VmcsField.HostGsBase, 0);
        Cpu.VmWrite(VmcsField.HostTrBase, (ulong)data->Tss);
        Cpu.VmWrite(VmcsField.HostGdtrBase, (ulong)data->Gdt);
        Cpu.VmWrite(VmcsField.HostIdtrBase, (ulong)data->Idt);
        if (HasEfer(data->Entry))
        {
            Cpu.VmWrite(VmcsField.HostEfer, HostEfer);
        }

        Cpu.VmWrite(VmcsField.HostSysenterCs, 0);
        Cpu.VmWrite(VmcsField.HostSysenterEsp, 0);
        Cpu.VmWrite(VmcsField.HostSysenterEip, 0);
        Cpu.VmWrite(VmcsField.HostRsp, data->Pages + SubjectState.RegistersEnd);
        Cpu.VmWrite(VmcsField.HostRip, (ulong)(delegate*<void>)&Cpu.ExitEntry);
    }

    /// <summary>Whether a subject has its own EFER, which entries load and exits save.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool HasEfer(SubjectEntry* entry) => (entry->EntryControls & LoadEfer) != 0;

    /// <summary>What the processor remembers of a subject's address translations, after they may have changed without its doing.</summary>
    internal static void ForgetTranslations(uint subject) => Cpu.InvalidateVpid(SingleContext, subject + 1);

    /// <summary>Guest state that a subject begins with, beside <see cref="WriteGuestState"/>.</summary>
    internal static void WriteInitialState()
    {
        Cpu.VmWrite(VmcsField.GuestPendingDebug, 0);
        Cpu.VmWrite(VmcsField.GuestDr7, 0x400);
        Cpu.VmWrite(VmcsField.GuestDebugCtl, 0);
    }

    /// <summary>
    /// All of the guest state that is not in general registers. The bits of CR0 and CR4 that the policy masks, and CR3 of a native subject, which has
    /// nothing else that bounds its memory, are the policy's, whatever <paramref name="state"/> says.
    /// </summary>
    internal static void WriteGuestState(SubjectEntry* entry, SubjectState* state)
    {
        SubjectState* initial = &entry->Initial;
        Cpu.VmWrite(VmcsField.GuestRip, state->Rip);
        Cpu.VmWrite(VmcsField.GuestRsp, state->Rsp);
        Cpu.VmWrite(VmcsField.GuestRflags, state->Rflags);
        Cpu.VmWrite(VmcsField.GuestCr0, (state->Cr0 & ~entry->Cr0Mask) | (initial->Cr0 & entry->Cr0Mask));
        Cpu.VmWrite(VmcsField.Cr0Shadow, state->Cr0Shadow);
        Cpu.VmWrite(VmcsField.GuestCr3, entry->EptPointer != 0 ? state->Cr3 : initial->Cr3);
        Cpu.VmWrite(VmcsField.GuestCr4, (state->Cr4 & ~entry->Cr4Mask) | (initial->Cr4 & entry->Cr4Mask));
        Cpu.VmWrite(VmcsField.Cr4Shadow, state->Cr4Shadow);
        Cpu.VmWrite(VmcsField.GuestSysenterCs, state->SysenterCs);
        Cpu.VmWrite(VmcsField.GuestSysenterEsp, state->SysenterEsp);
        Cpu.VmWrite(VmcsField.GuestSysenterEip, state->SysenterEip);

        // Masked here, not in the page: a sibling on another processor could write it again before it is read.
        Cpu.VmWrite(VmcsField.GuestInterruptibility, state->Interruptibility & InterruptibilityMask);
        Cpu.VmWrite(VmcsField.GuestActivity, state->Activity & ActivityMask);
        if (HasEfer(entry))
        {
            // The control says what EFER says; exits keep it so (SDM vol. 3, 28.2), but a monitor may have changed EFER.
            ulong controls = Cpu.VmRead(VmcsField.EntryControls) & ~Ia32eMode;
            Cpu.VmWrite(VmcsField.EntryControls, (state->Efer & EferLongModeActive) != 0 ? controls | Ia32eMode : controls);
            Cpu.VmWrite(VmcsField.GuestEfer, state->Efer);
        }

        // Selector, limit, access and base of ES, CS, SS, DS, FS, GS, LDTR, TR are two encodings apart (SDM vol. 3, appendix B).
        WriteSegment(0, &state->Es);
        WriteSegment(1, &state->Cs);
        WriteSegment(2, &state->Ss);
        WriteSegment(3, &state->Ds);
        WriteSegment(4, &state->Fs);
        WriteSegment(5, &state->Gs);
        WriteSegment(6, &state->Ldtr);
        WriteSegment(7, &state->Tr);
        Cpu.VmWrite(VmcsField.GuestGdtrBase, state->Gdtr.Base);
        Cpu.VmWrite(VmcsField.GuestGdtrLimit, state->Gdtr.Limit);
        Cpu.VmWrite(VmcsField.GuestIdtrBase, state->Idtr.Base);
        Cpu.VmWrite(VmcsField.GuestIdtrLimit, state->Idtr.Limit);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void ReadSegment(ulong index, Segment* segment)
    {
        segment->Selector = Cpu.VmRead(VmcsField.GuestEsSelector + (index * 2));
        segment->Limit = (uint)Cpu.VmRead(VmcsField.GuestEsLimit + (index * 2));
        segment->Access = (uint)Cpu.VmRead(VmcsField.GuestEsAccess + (index * 2));
        segment->Base = Cpu.VmRead(VmcsField.GuestEsBase + (index * 2));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteSegment(ulong index, Segment* segment)
    {
        Cpu.VmWrite(VmcsField.GuestEsSelector + (index * 2), segment->Selector);
        Cpu.VmWrite(VmcsField.GuestEsLimit + (index * 2), segment->Limit);
        Cpu.VmWrite(VmcsField.GuestEsAccess + (index * 2), segment->Access);
        Cpu.VmWrite(VmcsField.GuestEsBase + (index * 2), segment->Base);
    }

    private static uint Revision() => (uint)Cpu.ReadMsr(Msr.VmxBasic) & 0x7FFF_FFFF;

    /// <summary>Low half: bits that must be 1. High half: bits that may be 1 (SDM vol. 3, appendix A.3).</summary>
    private static uint Adjust(uint wanted, uint capabilityMsr)
    {
        ulong capability = Cpu.ReadMsr(capabilityMsr);
        uint allowed = (uint)(capability >> 32);
        if ((wanted & ~allowed) != 0)
        {
            Panic.MissingCapability(capabilityMsr, wanted, allowed);
        }

        return wanted | (uint)capability;
    }
}
