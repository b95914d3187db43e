// SPDX-License-Identifier: MIT
namespace Muen.TestSystems;

/// <summary>The monitor of a VM: answers CPUID with a name, and gives memory that is not there a value made of its address.</summary>
static unsafe class Keeper
{
    const uint CpuidReason = 10;
    const uint EptViolationReason = 48;

    /// <summary>Length of MOV EAX, moffs32: of an EPT violation the processor does not tell it.</summary>
    const ulong LoadLength = 5;

    /// <summary>What CPUID gives in EBX.</summary>
    const ulong Signature = 0x6E65_754D;

    // Offsets in the state page (ABI, subject state).
    const int Rax = 8;
    const int Rbx = 16;
    const int ExitReason = 128;
    const int InstructionLength = 144;
    const int GuestPhysicalAddress = 156;
    const int Rip = 164;

    /// <summary>Serves for ever; another exit than these two leaves the VM where it is, and the test waits in vain.</summary>
    internal static void Serve()
    {
        Event resume = Event.Open("resume"u8);
        SubjectInfo.Own.TryFindMemory("state"u8, out MemoryRegion region);
        byte* state = (byte*)region.Address;
        while (true)
        {
            uint reason = *(uint*)(state + ExitReason);
            if (reason == CpuidReason)
            {
                *(ulong*)(state + Rbx) = Signature;
                *(ulong*)(state + Rip) += *(uint*)(state + InstructionLength);
            }
            else if (reason == EptViolationReason)
            {
                *(ulong*)(state + Rax) = *(ulong*)(state + GuestPhysicalAddress) + 1;
                *(ulong*)(state + Rip) += LoadLength;
            }
            resume.Trigger();
        }
    }
}
