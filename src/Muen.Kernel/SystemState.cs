// SPDX-License-Identifier: GPL-3.0-or-later
using Muen.Abi;

namespace Muen.Kernel;

/// <summary>Refuses to start on a processor without something that the kernel's guarantees rest on.</summary>
static unsafe class SystemState
{
    private const uint FeatureLeaf = 1;
    private const uint PowerLeaf = 0x8000_0007;

    /// <summary>CPUID.1:ECX: VMX, x2APIC, XSAVE.</summary>
    private const ulong Features = (1u << 5) | (1u << 21) | (1u << 26);
    private const ulong InvariantTsc = 1 << 8;
    private const ulong Vmxe = 1 << 13;

    /// <summary>IA32_VMX_BASIC: write-back VMCS regions (53:50 = 6) and TRUE capability MSRs (55); SDM vol. 3, A.1.</summary>
    private const ulong VmxBasicMask = 0x00BC_0000_0000_0000;
    private const ulong VmxBasicWanted = 0x0098_0000_0000_0000;

    /// <summary>IA32_VMX_MISC: the HLT activity state, in which who sleeps is entered (SDM vol. 3, A.6).</summary>
    private const ulong HltState = 1 << 6;

    /// <summary>IA32_FEATURE_CONTROL: locked, VMX outside SMX.</summary>
    private const ulong VmxUnlocked = 5;

    /// <summary>Secondary controls, high half: VPID may be enabled. Then IA32_VMX_EPT_VPID_CAP: INVVPID of one context, of all.</summary>
    private const ulong VpidAllowed = 1ul << 37;
    private const ulong Invvpid = (1ul << 32) | (1ul << 41) | (1ul << 42);

    internal static void Require()
    {
        uint* registers = stackalloc uint[4];
        Cpu.Cpuid(FeatureLeaf, 0, registers);
        Demand(FeatureLeaf, Features, registers[2]);
        Cpu.Cpuid(PowerLeaf, 0, registers);
        Demand(PowerLeaf, InvariantTsc, registers[3]);

        ulong basic = Cpu.ReadMsr(Msr.VmxBasic);
        if ((basic & VmxBasicMask) != VmxBasicWanted)
        {
            Panic.MissingCapability(Msr.VmxBasic, VmxBasicWanted, basic);
        }

        Demand(Msr.VmxMisc, HltState, Cpu.ReadMsr(Msr.VmxMisc));
        Demand(Msr.VmxSecondaryControls, VpidAllowed, Cpu.ReadMsr(Msr.VmxSecondaryControls));
        Demand(Msr.VmxEptVpidCapabilities, Invvpid, Cpu.ReadMsr(Msr.VmxEptVpidCapabilities));

        ulong control = Cpu.ReadMsr(Msr.FeatureControl);
        if ((control & 1) == 0)
        {
            Cpu.WriteMsr(Msr.FeatureControl, control | VmxUnlocked);
        }

        Demand(Msr.FeatureControl, VmxUnlocked, Cpu.ReadMsr(Msr.FeatureControl));
        Cpu.WriteCr4(Cpu.ReadCr4() | Vmxe);
        Fixed(Cpu.ReadCr0(), Msr.VmxCr0Fixed0);
        Fixed(Cpu.ReadCr4(), Msr.VmxCr4Fixed0);
    }

    internal static void Demand(uint source, ulong wanted, ulong found)
    {
        if ((found & wanted) != wanted)
        {
            Panic.MissingCapability(source, wanted, found);
        }
    }

    /// <summary>Bits that VMX operation fixes to 1, and in the next MSR those it allows to be 1 (SDM vol. 3, A.7, A.8).</summary>
    private static void Fixed(ulong value, uint fixed0)
    {
        Demand(fixed0, Cpu.ReadMsr(fixed0), value);
        Demand(fixed0 + 1, value, Cpu.ReadMsr(fixed0 + 1));
    }
}
