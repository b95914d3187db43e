// SPDX-License-Identifier: GPL-3.0-or-later
using Muen.Abi;

namespace Muen.Kernel;

/// <summary>The machine check architecture (SDM vol. 3, chapter 16): errors of the hardware are recorded and end the system.</summary>
static unsafe class MachineCheck
{
    /// <summary>#MC.</summary>
    internal const uint Vector = 18;

    private const ulong Cr4Enable = 1 << 6;

    /// <summary>Banks that the architecture numbers.</summary>
    private const uint MaxBanks = 32;
    private const uint MsrsPerBank = 4;
    private const ulong StatusValid = 1ul << 63;
    private const ulong AddressValid = 1ul << 58;

    /// <summary>Enables every bank that the policy names, and the exception.</summary>
    internal static void Enable()
    {
        uint banks = Banks();
        for (uint bank = 0; bank < banks; bank++)
        {
            Cpu.WriteMsr(Msr.McControl + (bank * MsrsPerBank), ulong.MaxValue);
            Cpu.WriteMsr(Msr.McStatus + (bank * MsrsPerBank), 0);
        }

        Cpu.WriteCr4(Cpu.ReadCr4() | Cr4Enable);
    }

    /// <summary>Records what the banks say and gives up.</summary>
    internal static void Raise()
    {
        CrashRecord* record = CrashAudit.Begin(CrashReason.MachineCheck, CrashAudit.NoSubject);
        uint banks = Banks();
        record->ExitQualification = banks != 0 ? Cpu.ReadMsr(Msr.McGlobalStatus) : 0;
        for (uint bank = 0; bank < banks; bank++)
        {
            ulong status = Cpu.ReadMsr(Msr.McStatus + (bank * MsrsPerBank));
            if ((status & StatusValid) != 0)
            {
                record->ErrorCode = bank;
                record->Cr3 = status;
                record->GuestPhysicalAddress = (status & AddressValid) != 0 ? Cpu.ReadMsr(Msr.McAddress + (bank * MsrsPerBank)) : 0;
                break;
            }
        }

        Panic.Raise(PanicReason.MachineCheck);
    }

    private static uint Banks()
    {
        uint banks = Tables.Processor(Processors.Data->Index)->MachineCheckBanks;
        if (banks != 0)
        {
            uint found = (uint)Cpu.ReadMsr(Msr.McGlobalCapability) & 0xFF;
            banks = found < banks ? found : banks;
        }

        return banks < MaxBanks ? banks : MaxBanks;
    }
}
