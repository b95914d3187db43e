// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Numerics;
using Muen.Abi;
using Muen.Sdk.Policy.Expand;
using Muen.Sdk.Policy.Read;

namespace Muen.Sdk.Policy.Check;

/// <summary>
/// Virtual processors (MUEN1314 to 1317): what a policy changes must leave the kernel in control, and the state that a subject begins with must be one that a VM entry
/// accepts (SDM vol. 3, 27.2 and 27.3).
/// </summary>
internal static class VcpuChecks
{
    private const PinControls NeededPin = PinControls.ExternalInterruptExiting | PinControls.NmiExiting | PinControls.PreemptionTimer;
    private const PinControls RefusedPin = PinControls.VirtualNmis | PinControls.PostedInterrupts;

    private const ProcessorControls NeededProcessor = ProcessorControls.InvlpgExiting | ProcessorControls.MwaitExiting | ProcessorControls.RdpmcExiting | ProcessorControls.Cr8LoadExiting
        | ProcessorControls.Cr8StoreExiting | ProcessorControls.MovDrExiting | ProcessorControls.UseIoBitmaps | ProcessorControls.UseMsrBitmaps | ProcessorControls.MonitorExiting
        | ProcessorControls.ActivateSecondary;

    private const ProcessorControls NativeProcessor = ProcessorControls.Cr3LoadExiting | ProcessorControls.Cr3StoreExiting;
    private const ProcessorControls RefusedProcessor = ProcessorControls.InterruptWindowExiting | ProcessorControls.TscOffsetting | ProcessorControls.TprShadow
        | ProcessorControls.NmiWindowExiting | ProcessorControls.UnconditionalIoExiting;

    private const SecondaryControls NeededSecondary = SecondaryControls.EnableVpid | SecondaryControls.WbinvdExiting;
    private const SecondaryControls VmSecondary = SecondaryControls.EnableEpt | SecondaryControls.UnrestrictedGuest;
    private const SecondaryControls RefusedSecondary = SecondaryControls.VirtualizeApicAccesses | SecondaryControls.VirtualizeX2Apic | SecondaryControls.ApicRegisterVirtualization
        | SecondaryControls.VirtualInterruptDelivery | SecondaryControls.PauseLoopExiting | SecondaryControls.EnableInvpcid | SecondaryControls.EnableVmFunctions;

    private const ExitControls NeededExit = ExitControls.HostAddressSpaceSize | ExitControls.AcknowledgeInterrupt;
    private const ExitControls VmExit = ExitControls.SaveEfer | ExitControls.LoadEfer;
    private const ExitControls RefusedExit = ExitControls.SaveDebugControls | ExitControls.LoadPerfGlobalCtrl | ExitControls.SavePat | ExitControls.LoadPat | ExitControls.SaveTimer;

    private const EntryControls VmEntry = EntryControls.LoadEfer;
    private const EntryControls RefusedEntry = EntryControls.LoadDebugControls | EntryControls.EntryToSmm | EntryControls.DeactivateDualMonitor | EntryControls.LoadPerfGlobalCtrl
        | EntryControls.LoadPat;

    // What a native subject may own: nothing that its page tables and their rights rest on.
    private const Cr0 NativeOwnedCr0 = Cr0.MonitorCoprocessor | Cr0.Emulation | Cr0.TaskSwitched | Cr0.ExtensionType | Cr0.AlignmentMask;
    private const Cr4 NativeOwnedCr4 = VcpuProfiles.VmOwnedCr4 & ~(Cr4.PageSizeExtensions | Cr4.PhysicalAddressExtension | Cr4.PageGlobalEnable | Cr4.PcidEnable);

    // Bits that give entries of page tables another meaning: in the state that a native subject begins with, they are clear.
    private const Cr4 NativeClearCr4 = Cr4.PageGlobalEnable | Cr4.PcidEnable | Cr4.ProtectionKeyEnable;

    private const uint MachineCheck = 1u << 18;
    private const ulong LongMode = (ulong)(Efer.LongModeEnable | Efer.LongModeActive);
    private const ulong KnownEfer = LongMode | (ulong)(Efer.SyscallEnable | Efer.ExecuteDisableEnable);
    private const ulong VirtualMode8086 = 1 << 17;
    private const ulong ReservedFlags = 0xFFFF_FFFF_FFC0_802A;

    internal static void Check(ResolvedSystem system, DiagnosticBag bag)
    {
        foreach (ResolvedSubject subject in system.Subjects.Where(s => s.Idle is null))
        {
            CheckControls(subject, bag);
            CheckMasks(subject, bag);
            CheckState(subject, bag);
        }
    }

    private static void CheckControls(ResolvedSubject subject, DiagnosticBag bag)
    {
        bool vm = subject.IsVm;
        Require(subject, VcpuWord.Pin, (uint)NeededPin, (uint)RefusedPin, bag);
        Require(subject, VcpuWord.Processor, (uint)(NeededProcessor | (vm ? 0 : NativeProcessor)), (uint)RefusedProcessor, bag);
        Require(subject, VcpuWord.Secondary, (uint)(NeededSecondary | (vm ? VmSecondary : 0)), (uint)(RefusedSecondary | (vm ? 0 : VmSecondary)), bag);
        Require(subject, VcpuWord.Exit, (uint)(NeededExit | (vm ? VmExit : 0)), (uint)(RefusedExit | (vm ? 0 : VmExit)), bag);
        Require(subject, VcpuWord.Entry, (uint)(vm ? VmEntry : EntryControls.Ia32eModeGuest), (uint)(RefusedEntry | (vm ? 0 : VmEntry)), bag);
    }

    private static void Require(ResolvedSubject subject, VcpuWord word, ulong ones, ulong zeros, DiagnosticBag bag)
    {
        foreach ((string name, int bit, bool one) in Wrong(subject.Vcpu.Word(word), word, ones, zeros))
        {
            bag.Add(PlaceOf(subject, word, bit), DiagnosticCodes.VcpuControl,
                $"the control {name} of subject '{subject.Name}' must be {(one ? 1 : 0)} in the profile {(subject.IsVm ? "vm" : "native")}; remove the element");
        }
    }

    private static void CheckMasks(ResolvedSubject subject, DiagnosticBag bag)
    {
        (ulong cr0, ulong cr4) = subject.IsVm
            ? ((ulong)VcpuProfiles.VmMaskedCr0, ~(ulong)VcpuProfiles.VmOwnedCr4)
            : (~(ulong)NativeOwnedCr0, ~(ulong)NativeOwnedCr4);
        foreach ((VcpuWord word, string register, ulong needed) in new[] { (VcpuWord.Cr0Mask, "CR0", cr0), (VcpuWord.Cr4Mask, "CR4", cr4) })
        {
            foreach ((string name, int bit, bool _) in Wrong(subject.Vcpu.Word(word), word, needed, 0))
            {
                bag.Add(PlaceOf(subject, word, bit), DiagnosticCodes.VcpuMask,
                    $"subject '{subject.Name}' would own the bit {name} of {register}, which is the kernel's in the profile {(subject.IsVm ? "vm" : "native")}; remove the element");
            }
        }

        ulong exceptions = subject.IsVm ? VcpuProfiles.VmExceptions : MachineCheck | VcpuProfiles.VmExceptions;
        foreach ((string name, int bit, bool _) in Wrong(subject.Vcpu.Exceptions, VcpuWord.Exceptions, exceptions, 0))
        {
            bag.Add(PlaceOf(subject, VcpuWord.Exceptions, bit), DiagnosticCodes.VcpuMask,
                $"the exception {name} of subject '{subject.Name}' must exit: it is the kernel's, or its delivery may never end; remove the element");
        }
    }

    private static void CheckState(ResolvedSubject subject, DiagnosticBag bag)
    {
        SubjectState state = subject.Vcpu.Initial;
        var cr0 = (Cr0)state.Cr0;
        var cr4 = (Cr4)state.Cr4;
        bool wide = (state.Efer & (ulong)Efer.LongModeActive) != 0;
        void Wrong(VcpuWord word, int bit, string why) =>
            bag.Add(PlaceOf(subject, word, bit), DiagnosticCodes.VcpuState, $"subject '{subject.Name}' cannot begin in this state: {why}; correct it");
        void WrongRegister(string register, string why) =>
            bag.Add(subject.Vcpu.Registers.GetValueOrDefault(register, subject.Place), DiagnosticCodes.VcpuState, $"subject '{subject.Name}' cannot begin in this state: {why}; correct it");

        if (!cr0.HasFlag(Cr0.NumericError) || (cr0 & (Cr0.NotWriteThrough | Cr0.CacheDisable)) != 0)
        {
            Wrong(VcpuWord.Cr0, !cr0.HasFlag(Cr0.NumericError) ? 5 : cr0.HasFlag(Cr0.CacheDisable) ? 30 : 29, "CR0 has NE set, CD and NW clear");
        }
        else if (cr0.HasFlag(Cr0.Paging) && !cr0.HasFlag(Cr0.ProtectionEnable))
        {
            Wrong(VcpuWord.Cr0, 31, "paging needs protected mode");
        }
        else if (!subject.IsVm && (cr0 & (Cr0.ProtectionEnable | Cr0.Paging | Cr0.WriteProtect)) != (Cr0.ProtectionEnable | Cr0.Paging | Cr0.WriteProtect))
        {
            Wrong(VcpuWord.Cr0, !cr0.HasFlag(Cr0.Paging) ? 31 : !cr0.HasFlag(Cr0.WriteProtect) ? 16 : 0, "a native subject runs with PE, WP and PG set in CR0");
        }

        if (!cr4.HasFlag(Cr4.VmxEnable) || !cr4.HasFlag(Cr4.MachineCheckEnable) || cr4.HasFlag(Cr4.SmxEnable))
        {
            Wrong(VcpuWord.Cr4, cr4.HasFlag(Cr4.SmxEnable) ? 14 : cr4.HasFlag(Cr4.VmxEnable) ? 6 : 13, "CR4 has VMXE and MCE set, SMXE clear");
        }
        else if (!subject.IsVm && (!cr4.HasFlag(Cr4.PhysicalAddressExtension) || (cr4 & NativeClearCr4) != 0))
        {
            int bit = (cr4 & NativeClearCr4) == 0 ? 5 : BitOperations.TrailingZeroCount((ulong)(cr4 & NativeClearCr4));
            Wrong(VcpuWord.Cr4, bit, "a native subject runs with PAE set in CR4, and PGE, PCIDE and PKE clear");
        }

        bool expected = cr0.HasFlag(Cr0.Paging) && (state.Efer & (ulong)Efer.LongModeEnable) != 0;
        if ((state.Efer & ~KnownEfer) != 0 || expected != wide || (subject.IsVm && wide && !cr4.HasFlag(Cr4.PhysicalAddressExtension)) || (!subject.IsVm && !wide))
        {
            WrongRegister("efer", "EFER has LMA exactly when LME and CR0.PG are set, for which CR4.PAE is set too, and no unknown bits");
        }
        else if (!subject.IsVm && (state.Efer & (ulong)Efer.ExecuteDisableEnable) == 0)
        {
            WrongRegister("efer", "a native subject runs with NXE set in EFER: without it, pages that may not be executed could not be mapped");
        }
        else if (subject.IsVm && wide != ((subject.Vcpu.Entry & (uint)EntryControls.Ia32eModeGuest) != 0))
        {
            Wrong(VcpuWord.Entry, 9, "the control IA32eModeGuest says what EFER.LMA says");
        }

        if ((state.Rflags & ReservedFlags) != 2 || (state.Rflags & VirtualMode8086) != 0)
        {
            WrongRegister("rflags", "in RFLAGS bit 1 is set, reserved bits and VM are clear");
        }

        if (!wide && state.Rip > uint.MaxValue)
        {
            WrongRegister("rip", "RIP has 32 bits outside of 64-bit mode");
        }

        // Type and S bit (SDM vol. 3, 27.3.1.2): code, in real mode also data; a busy TSS.
        if ((state.Cs.Access & 0x9) is not (0x9 or 0x1) || (state.Cs.Access & 0x1_0090) != 0x90)
        {
            WrongRegister("cs", "CS is a present, accessed code segment");
        }

        if ((state.Tr.Access & 0x1_009F) is not (0x8B or 0x83) || (wide && (state.Tr.Access & 0x1_009F) != 0x8B))
        {
            WrongRegister("tr", "TR is a present, busy TSS, of 32 or 64 bits in 64-bit mode");
        }
    }

    private static IEnumerable<(string Name, int Bit, bool One)> Wrong(ulong value, VcpuWord word, ulong ones, ulong zeros) =>
        VcpuVocabulary.Bits[word].Where(b => (((ones & ~value) | (zeros & value)) >> b.Bit & 1) == 1).Select(b => (b.Name, b.Bit, (ones >> b.Bit & 1) == 1));

    private static Place PlaceOf(ResolvedSubject subject, VcpuWord word, int bit) => subject.Vcpu.Bits.TryGetValue((word, bit), out VcpuBitNode? node) ? node.Place : subject.Place;
}
