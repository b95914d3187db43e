// SPDX-License-Identifier: GPL-3.0-or-later
using Muen.Abi;

namespace Muen.Kernel;

/// <summary>
/// The state page as a monitor's view of its subject. Copies between VMCS and memory happen only for subjects that the policy lets somebody see,
/// and only when such a subject stops running, runs again, or its minor frame ends.
/// </summary>
static unsafe class SubjectStates
{
    /// <summary>The current subject's VMCS is shown in its state page.</summary>
    internal static void Publish(ProcessorData* data)
    {
        SubjectState* state = (SubjectState*)data->Pages;
        state->Cr2 = Cpu.ReadCr2();
        state->ExitReason = (uint)Cpu.VmRead(VmcsField.ExitReason);
        state->Interruptibility = (uint)Cpu.VmRead(VmcsField.GuestInterruptibility);
        state->Activity = (uint)Cpu.VmRead(VmcsField.GuestActivity);
        state->SysenterCs = (uint)Cpu.VmRead(VmcsField.GuestSysenterCs);
        state->InstructionLength = (uint)Cpu.VmRead(VmcsField.ExitInstructionLength);
        state->ExitQualification = Cpu.VmRead(VmcsField.ExitQualification);
        state->GuestPhysicalAddress = Cpu.VmRead(VmcsField.GuestPhysicalAddress);
        state->Rip = Cpu.VmRead(VmcsField.GuestRip);
        state->Rsp = Cpu.VmRead(VmcsField.GuestRsp);
        state->Cr0 = Cpu.VmRead(VmcsField.GuestCr0);
        state->Cr0Shadow = Cpu.VmRead(VmcsField.Cr0Shadow);
        state->Cr3 = Cpu.VmRead(VmcsField.GuestCr3);
        state->Cr4 = Cpu.VmRead(VmcsField.GuestCr4);
        state->Cr4Shadow = Cpu.VmRead(VmcsField.Cr4Shadow);
        state->Rflags = Cpu.VmRead(VmcsField.GuestRflags);
        state->SysenterEsp = Cpu.VmRead(VmcsField.GuestSysenterEsp);
        state->SysenterEip = Cpu.VmRead(VmcsField.GuestSysenterEip);
        if (Vmx.HasEfer(data->Entry))
        {
            state->Efer = Cpu.VmRead(VmcsField.GuestEfer);
        }

        Vmx.ReadSegment(0, &state->Es);
        Vmx.ReadSegment(1, &state->Cs);
        Vmx.ReadSegment(2, &state->Ss);
        Vmx.ReadSegment(3, &state->Ds);
        Vmx.ReadSegment(4, &state->Fs);
        Vmx.ReadSegment(5, &state->Gs);
        Vmx.ReadSegment(6, &state->Ldtr);
        Vmx.ReadSegment(7, &state->Tr);
        state->Gdtr.Base = Cpu.VmRead(VmcsField.GuestGdtrBase);
        state->Gdtr.Limit = (uint)Cpu.VmRead(VmcsField.GuestGdtrLimit);
        state->Idtr.Base = Cpu.VmRead(VmcsField.GuestIdtrBase);
        state->Idtr.Limit = (uint)Cpu.VmRead(VmcsField.GuestIdtrLimit);
        state->InterruptionInfo = (uint)Cpu.VmRead(VmcsField.ExitInterruptionInfo);
        state->ErrorCode = (uint)Cpu.VmRead(VmcsField.ExitInterruptionErrorCode);
        state->InstructionInfo = (uint)Cpu.VmRead(VmcsField.ExitInstructionInfo);
        state->GuestLinearAddress = Cpu.VmRead(VmcsField.GuestLinearAddress);
    }

    /// <summary>
    /// The current subject goes on with what its monitor left in the state page. Whatever that is, the worst is a VM entry that fails, which is a
    /// trap of the subject: what the policy keeps of CR0, CR4, CR3 and EFER is not taken from the page (<see cref="Vmx.WriteGuestState"/>).
    /// </summary>
    internal static void Adopt(ProcessorData* data)
    {
        Vmx.WriteGuestState(data->Entry, (SubjectState*)data->Pages);
        Vmx.ForgetTranslations(data->Subject);
    }
}
