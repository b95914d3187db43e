// SPDX-License-Identifier: MIT
using Muen.Abi;

namespace Muen.Simulation;

/// <summary>Exits that are nobody's but the kernel's end the system, and the crash audit says why: NMIs and machine checks, whatever they interrupt.</summary>
public sealed unsafe class EndTests
{
    private const uint Nmi = 0x8000_0202;
    private const uint MachineCheck = 0x8000_0312;
    private const int Entries = 500;

    [Fact]
    public void An_NMI_is_recorded()
    {
        CrashRecord[] records = Run(ExitReason.ExceptionOrNmi, Nmi);
        Assert.Equal([CrashReason.NonMaskableInterrupt, CrashReason.Panic], records.Select(r => r.Reason));
        Assert.Equal((uint)PanicReason.NonMaskableInterrupt, records[1].ExitReason);
    }

    /// <summary>As an exception of the subject's, and at a VM entry. The first bank with a valid error is the third.</summary>
    [Theory]
    [InlineData(ExitReason.ExceptionOrNmi, MachineCheck)]
    [InlineData(ExitReason.MachineCheckOnEntry, 0)]
    [InlineData(ExitReason.MachineCheckOnEntry | (ExitReason)(1u << 31), 0)]
    public void A_machine_check_is_recorded_with_its_bank(ExitReason reason, uint information)
    {
        CrashRecord[] records = Run(reason, information);
        Assert.Equal([CrashReason.MachineCheck, CrashReason.Panic], records.Select(r => r.Reason));
        Assert.Equal((Processor.McGlobal, 2u, Processor.McStatus, Processor.McAddress), (records[0].ExitQualification, records[0].ErrorCode, records[0].Cr3, records[0].GuestPhysicalAddress));
        Assert.Equal((uint)PanicReason.MachineCheck, records[1].ExitReason);
    }

    /// <summary>It is stopped, and as its first state is no better it fails again and again: the crash audit has other records too.</summary>
    [Fact]
    public void A_subject_that_cannot_be_entered_is_recorded_once()
    {
        Scenario scenario = RandomScenario.Make(1, 1);
        scenario.IsUnenterable = true;
        fixed (byte* bytes = scenario.Tables)
        {
            foreach (SubjectPlan subject in scenario.Subjects)
            {
                ((SubjectEntry*)(bytes + ((TablesHeader*)bytes)->SubjectsOffset))[subject.Id].Traps[(int)ExitReason.InvalidGuestState] = 0;
            }
        }

        Assert.Equal(Entries, Board.Run(KernelCode.Original, scenario, 1, Entries).Exits);
        ulong count = ((CrashAuditHeader*)KernelLayout.CrashAudit)->Count;
        var records = (CrashRecord*)(KernelLayout.CrashAudit + CrashAuditHeader.RecordsOffset);
        Assert.InRange(count, 1ul, (ulong)scenario.Subjects.Count);
        Assert.Distinct(Enumerable.Range(0, (int)count).Select(i => records[i].Subject));
    }

    private static CrashRecord[] Run(ExitReason reason, uint information)
    {
        Scenario scenario = RandomScenario.Make(1, 2);
        scenario.End = (reason, information);
        ViolationException end = Assert.Throws<ViolationException>(() => Board.Run(KernelCode.Original, scenario, 1, 1000));
        Assert.Contains("the kernel gave up", end.Message, StringComparison.Ordinal);
        ulong count = ((CrashAuditHeader*)KernelLayout.CrashAudit)->Count;
        var records = (CrashRecord*)(KernelLayout.CrashAudit + CrashAuditHeader.RecordsOffset);
        return [.. Enumerable.Range(0, (int)count).Select(i => records[i]).Where(r => r.Reason is not (CrashReason.SubjectStopped or CrashReason.SubjectReset))];
    }
}
