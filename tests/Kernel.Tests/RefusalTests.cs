// SPDX-License-Identifier: MIT
using Muen.Abi;

namespace Muen.Simulation;

/// <summary>A processor that lacks one thing of what the kernel rests on runs no subject, and the crash audit says which register told so and what it held.</summary>
public sealed unsafe class RefusalTests
{
    private const uint PinControls = 0x48D;
    private const uint ProcessorControls = 0x48E;
    private const uint SecondaryControls = 0x48B;
    private const uint ExitControls = 0x48F;
    private const uint EntryControls = 0x490;
    private const uint EptVpid = 0x48C;

    [Theory]
    [InlineData("VMX", 1, 1ul << 5)]
    [InlineData("x2APIC", 1, 1ul << 21)]
    [InlineData("XSAVE", 1, 1ul << 26)]
    [InlineData("a TSC that counts at one rate", 0x8000_0007, 1ul << 8)]
    [InlineData("XSAVEOPT", 0xD, 1ul)]
    [InlineData("an extended state that has room in its page", 0xD, 0x1000ul)]
    [InlineData("a VMCS in write-back memory", 0x480, 1ul << 51)]
    [InlineData("true capability MSRs", 0x480, 1ul << 55)]
    [InlineData("the HLT activity state", 0x485, 1ul << 6)]
    [InlineData("VPIDs", SecondaryControls, 1ul << 37)]
    [InlineData("INVVPID", EptVpid, 1ul << 32)]
    [InlineData("INVVPID of one context", EptVpid, 1ul << 41)]
    [InlineData("INVVPID of all contexts", EptVpid, 1ul << 42)]
    [InlineData("VMX that the firmware allows", 0x3A, 1ul << 2)]
    [InlineData("a CR0 for VMX: a bit is set too few", 0x486, 1ul << 29)]
    [InlineData("a CR0 for VMX: a bit is set too many", 0x487, 1ul << 31)]
    [InlineData("a CR4 for VMX: a bit is set too few", 0x488, 1ul << 20)]
    [InlineData("a CR4 for VMX: a bit is set too many", 0x489, 1ul << 13)]
    public void Nothing_runs_without(string what, uint register, ulong bits)
    {
        Scenario scenario = RandomScenario.Make(1, 2);
        Refuses(scenario, what, 0, register, bits);
        Refuses(scenario, what, 1, register, bits);
    }

    /// <summary>Each control of VMX execution that the policy compiler gives a native subject or a VM.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Nothing_runs_without_a_control_of_its_subjects(bool vms)
    {
        Scenario scenario = RandomScenario.Make(1, 1, vms);
        KernelMemory.Load(scenario.Tables);
        SubjectEntry entry = *(SubjectEntry*)(KernelLayout.Tables + ((TablesHeader*)KernelLayout.Tables)->SubjectsOffset);
        Assert.Equal(vms, entry.EptPointer != 0);
        int tried = 0;
        foreach ((uint register, uint wanted) in new[]
        {
            (PinControls, entry.PinControls), (ProcessorControls, entry.ProcessorControls), (SecondaryControls, entry.SecondaryControls),
            (ExitControls, entry.ExitControls), (EntryControls, entry.EntryControls),
        })
        {
            Assert.NotEqual(0u, wanted);
            for (int bit = 0; bit < 32; bit++)
            {
                if ((wanted >> bit & 1) != 0)
                {
                    Refuses(scenario, $"control {bit} of {register:x}", 0, register, 1ul << (bit + 32));
                    tried++;
                }
            }
        }

        Assert.True(tried > 20);
    }

    [Theory]
    [InlineData("EPT walks of four levels", 6)]
    [InlineData("write-back EPT structures", 14)]
    [InlineData("EPT pages of 2 MiB", 16)]
    [InlineData("EPT pages of 1 GiB, if it has one", 17)]
    public void No_VM_runs_without(string what, int bit)
    {
        Scenario scenario = RandomScenario.Make(1, 1, vms: true);
        fixed (byte* bytes = scenario.Tables)
        {
            ((SubjectEntry*)(bytes + ((TablesHeader*)bytes)->SubjectsOffset))->Flags |= SubjectFlags.HugePages;
        }

        Refuses(scenario, what, 0, EptVpid, 1ul << bit);
    }

    /// <summary>An interrupt that nobody would ever get.</summary>
    [Fact]
    public void Nothing_runs_without_an_input_of_the_IO_APIC()
    {
        Scenario scenario = RandomScenario.Make(1, 1);
        uint last = (uint)scenario.Interrupts.Max(i => i.Input);
        scenario.MissingInputs = 24 - last;
        CrashRecord record = Run(scenario, "the last input");
        Assert.Equal((CrashReason.MissingCapability, (ulong)last, (ulong)last - 1), (record.Reason, record.ExitQualification, record.GuestPhysicalAddress));
    }

    [Theory]
    [InlineData("another magic number", 0, PanicReason.TablesVersion)]
    [InlineData("tables of another ABI", 1, PanicReason.TablesVersion)]
    [InlineData("more processors than the kernel's limit", 2, PanicReason.TablesLimit)]
    [InlineData("more subjects", 3, PanicReason.TablesLimit)]
    [InlineData("more minor frames", 4, PanicReason.TablesLimit)]
    public void Nothing_runs_by(string what, int fault, PanicReason reason)
    {
        Scenario scenario = RandomScenario.Make(1, 1);
        fixed (byte* bytes = scenario.Tables)
        {
            var header = (TablesHeader*)bytes;
            switch (fault)
            {
                case 0: header->Magic++; break;
                case 1: header->Version++; break;
                case 2: header->ProcessorCount = Limits.Processors + 1; break;
                case 3: header->SubjectCount = Limits.Subjects + 1; break;
                default: header->MinorFrameCount = Limits.MinorFrames + 1; break;
            }
        }

        CrashRecord record = Run(scenario, what);
        Assert.Equal((CrashReason.Panic, (uint)reason), (record.Reason, record.ExitReason));
    }

    private static void Refuses(Scenario scenario, string what, int processor, uint register, ulong bits)
    {
        scenario.Flaw = (processor, register, bits);
        CrashRecord record = Run(scenario, what);
        Assert.Equal((CrashReason.MissingCapability, register, processor), (record.Reason, record.ExitReason, record.Processor));
        Assert.NotEqual(record.ExitQualification, record.GuestPhysicalAddress);
    }

    /// <summary>Starts it, which must not come far.</summary>
    /// <returns>The first record of the crash audit.</returns>
    private static CrashRecord Run(Scenario scenario, string what)
    {
        ViolationException end = Assert.Throws<ViolationException>(() => Board.Run(KernelCode.Original, scenario, 1, 10));
        Assert.True(end.Message.Contains("the kernel gave up; 0 exits", StringComparison.Ordinal), $"without {what}: {end.Message}");
        var header = (CrashAuditHeader*)KernelLayout.CrashAudit;
        Assert.Equal((CrashAuditHeader.ExpectedMagic, 1ul, 1ul), (header->Magic, header->Boots, header->Count));
        return *(CrashRecord*)(KernelLayout.CrashAudit + CrashAuditHeader.RecordsOffset);
    }
}
