// SPDX-License-Identifier: MIT
using System.Text;
using Muen.Abi;
using Muen.Sdk.Elf;
using Muen.Sdk.Policy;

namespace Muen.Simulation;

/// <summary>Writes a scenario as a policy and lets the policy compiler make the kernel's tables of it.</summary>
internal static class Policy
{
    internal static byte[] Compile(Scenario scenario)
    {
        string folder = Directory.CreateTempSubdirectory("kernel-tests").FullName;
        try
        {
            WriteElf(Path.Combine(folder, "kernel.elf"), KernelLayout.Image, KernelLayout.Image);
            WriteElf(Path.Combine(folder, "subject.elf"), Scenario.Entry, SubjectLayout.Image);
            string path = Path.Combine(folder, "system.xml");
            File.WriteAllText(path, Write(scenario));
            var bag = new DiagnosticBag();
            SystemImage? image = PolicyCompiler.Compile(
                new CompilationInput(path, Path.Combine(folder, "kernel.elf"), _ => Path.Combine(folder, "subject.elf"), _ => null), bag);
            if (image is null)
            {
                throw new InvalidOperationException(string.Join('\n', bag.Sorted.Take(5).Select(d => d.ToString())) + "\n" + File.ReadAllText(path));
            }

            foreach (SubjectPlan subject in scenario.Subjects)
            {
                Assert.Equal(subject.Id, image.View.Subjects.Single(s => s.Name == subject.Name).Id);
                subject.VmcsAddress = image.View.Regions.Single(r => r.Kind == RegionKind.Vmcs && r.Owner == subject.Id).Address;
            }

            return image.Regions.Single(r => r.Address == KernelLayout.Tables).Content.ToArray();
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static void WriteElf(string path, ulong entry, ulong address)
    {
        using FileStream stream = File.Create(path);
        ElfExecutable.Write(stream, entry, [new(ElfSegmentType.Load, ElfSegmentFlags.Read | ElfSegmentFlags.Execute, address, address, 64, 0x1000, new byte[64])]);
    }

    private static string Write(Scenario scenario)
    {
        var events = new StringBuilder();
        string subjects = string.Concat(scenario.Subjects.Select(s => Subject(scenario, s, events)));
        string devices = string.Concat(scenario.Interrupts.Select(i => $"<device name=\"d{i.Input}\"><irq name=\"irq\" number=\"{i.Input}\" trigger=\"{(i.Level ? "level" : "edge")}\"/></device>\n"));
        string partitions = string.Concat(scenario.Partitions.Select((p, index) =>
            $"<partition name=\"p{index}\">{string.Concat(p.Groups.Select((g, n) => $"<group name=\"g{index}_{n}\">{string.Concat(g.Select(s => $"<subject name=\"s{s}\"/>"))}</group>"))}</partition>\n"));
        string majors = string.Concat(scenario.Majors.Select(m => $"<majorFrame>{string.Concat(m.Frames.Select(Processor))}</majorFrame>\n"));
        return $"""
            <system name="scenario">
            <hardware>
              <memory>
                <memoryBlock name="low" physicalAddress="0" size="0x9f000" allocatable="false"/>
                <memoryBlock name="high" physicalAddress="1M" size="254M"/>
              </memory>
              <processor cpuCores="{scenario.Processors}" tscKhz="{RandomScenario.Tick * 1000}" vmxTimerRate="{scenario.TimerRate}" machineCheckBanks="4"/>
              <devices>{devices}</devices>
            </hardware>
            <memory>{string.Concat(scenario.Subjects.Where(_ => scenario.HasVms).Select(s => $"<memory name=\"{s.Name}\" size=\"4K\"/>"))}</memory>
            <events>{events}</events>
            <components><component name="c"{(scenario.HasVms ? " profile=\"vm\"" : "")}><binary filename="subject.elf"/></component></components>
            <subjects>{subjects}</subjects>
            <scheduling tickRate="1000000"><partitions>{partitions}</partitions>{majors}</scheduling>
            </system>
            """;
    }

    private static string Flushes(SubjectFlags flushes)
        => ((flushes & SubjectFlags.FlushBranchPredictor) != 0 ? "<branchPredictor/>" : "") + ((flushes & SubjectFlags.FlushDataCache) != 0 ? "<dataCache/>" : "")
            + ((flushes & SubjectFlags.FlushBuffers) != 0 ? "<buffers/>" : "");

    private static string Processor(List<FramePlan> frames, int processor)
    {
        var text = new StringBuilder();
        ulong start = 0;
        foreach (FramePlan frame in frames)
        {
            text.Append($"<minorFrame partition=\"p{frame.Partition}\" ticks=\"{(frame.End - start) / RandomScenario.Tick}\"/>");
            start = frame.End;
        }

        return $"<cpu id=\"{processor}\">{text}</cpu>";
    }

    private static string Subject(Scenario scenario, SubjectPlan subject, StringBuilder events)
    {
        var text = new StringBuilder($"<subject name=\"{subject.Name}\" cpu=\"{subject.Processor}\"><vcpu><flush>{Flushes(subject.Flushes)}</flush></vcpu><component ref=\"c\"/>\n");
        if (subject.Watched >= 0)
        {
            text.Append($"<monitor><state logical=\"watched\" subject=\"s{subject.Watched}\"{(subject.Controls ? " writable=\"true\"" : "")}/></monitor>\n");
        }

        string chooser = subject.Id == scenario.Tau0 ? "<memory physical=\"sys_interface\" writable=\"true\"/>" : "";
        string ram = scenario.HasVms ? $"<memory physical=\"{subject.Name}\" virtualAddress=\"{SubjectLayout.Image}\" writable=\"true\" executable=\"true\"/>" : "";
        text.Append($"<memory>{chooser}{ram}</memory>\n<devices>{string.Concat(subject.Interrupts.Select(i => $"<device physical=\"d{i.Input}\"><irq physical=\"irq\" vector=\"{i.Vector}\"/></device>"))}</devices>\n<events><source>\n");
        foreach (SourcePlan plan in subject.Events.Values)
        {
            text.Append(Event(scenario, subject, plan, events));
        }

        text.Append("<group name=\"vmx_exit\">").AppendJoin("", subject.Traps.Values.Select(t => Event(scenario, subject, t, null))).Append("</group>\n</source><target>\n");
        foreach ((int number, int vector) in subject.Targets)
        {
            string action = vector switch { SubjectPlan.Reset => "<reset/>", SubjectPlan.Nothing => "", _ => $"<inject_interrupt vector=\"{vector}\"/>" };
            text.Append($"<event logical=\"in{number}\" physical=\"{subject.Name}_{number}\" id=\"{number}\">{action}</event>\n");
        }

        return text.Append("</target></events></subject>\n").ToString();
    }

    /// <param name="declared">Where the event is declared; null for a trap, which has another source's event.</param>
    private static string Event(Scenario scenario, SubjectPlan subject, SourcePlan plan, StringBuilder? declared)
    {
        string action = plan.Action switch
        {
            SourceAction.Sleep => "<sleep/>",
            SourceAction.Yield => "<yield/>",
            SourceAction.UnmaskIrq => $"<unmask_irq number=\"{plan.Input}\"/>",
            _ => "",
        };
        string physical = "";
        if (plan.Target >= 0)
        {
            string mode = plan.Target == subject.Id ? "self" : plan.Handover ? "switch" : plan.Ipi ? "ipi" : "async";
            string name = $"{scenario.Subjects[plan.Target].Name}_{plan.TargetNumber}";
            declared?.Append($"<event name=\"{name}\" mode=\"{mode}\"/>\n");
            physical = $" physical=\"{name}\"";
        }

        string logical = declared is null ? $"trap{plan.Number}" : $"out{plan.Number}";
        return $"<event logical=\"{logical}\"{physical} id=\"{plan.Number}\">{action}</event>\n";
    }
}
