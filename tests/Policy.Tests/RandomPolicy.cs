// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Muen.Sdk.Policy.Tests;

/// <summary>A random policy without a fault, by a seed: subjects on several processors with memory, channels, devices, events and traps of all kinds.</summary>
internal static class RandomPolicy
{
    internal static string Make(int seed)
    {
        var random = new Random(seed);
        int subjects = random.Next(1, 9);
        int processors = random.Next(1, Math.Min(subjects, 4) + 1);
        int[] cpu = [.. Enumerable.Range(0, subjects).Select(i => i < processors ? i : random.Next(processors))];
        var body = Enumerable.Range(0, subjects).Select(_ => new Body()).ToArray();
        List<List<int>> groups = Groups(random, cpu, processors);
        int[] group = [.. Enumerable.Range(0, subjects).Select(s => groups.FindIndex(g => g.Contains(s)))];
        int tau0 = random.Next(3) == 0 ? random.Next(subjects) : -1;
        if (tau0 >= 0)
        {
            body[tau0].Memory.Append("<memory physical=\"sys_interface\" writable=\"true\"/>");
        }

        bool[] vm = [.. Enumerable.Range(0, subjects).Select(_ => random.Next(4) == 0)];
        int[] main = [.. Enumerable.Range(0, subjects).Select(_ => -1)];
        for (int i = 1; i < subjects; i++)
        {
            int first = Array.FindIndex(vm, 0, i, v => v);
            main[i] = vm[i] && first >= 0 && i != tau0 && random.Next(2) == 0 ? first : -1;
        }

        int[] whole = [.. Enumerable.Range(0, subjects).Where(s => main[s] < 0)];
        var memory = new StringBuilder();
        ulong address = 0x60_1000;
        var special = new HashSet<int>(); // VMs with memory types that a native loader's page tables cannot have
        for (int i = 0; i < random.Next(6); i++)
        {
            int pages = random.Next(6) == 0 ? random.Next(512, 2048) : random.Next(1, 40);
            address += (ulong)random.Next(0, 20) * 0x1000;
            string place = random.Next(3) == 0 ? $" physicalAddress=\"0x{address:x}\"" : "";
            address += place.Length == 0 ? 0 : (ulong)pages * 0x1000;
            int[] users = [.. Some(random, subjects).Where(u => main[u] < 0)];
            bool vmsOnly = users.Length != 0 && users.All(u => vm[u]);
            string caching = Pick(random, "", " caching=\"UC\"", " caching=\"WT\"", vmsOnly ? " caching=\"WC\"" : " caching=\"WB\"", vmsOnly ? " caching=\"WP\"" : "");
            special.UnionWith(caching.Contains("\"W", StringComparison.Ordinal) && !caching.Contains("\"WB", StringComparison.Ordinal) && !caching.Contains("\"WT", StringComparison.Ordinal) ? users : []);
            string alignment = random.Next(5) == 0 && place.Length == 0 ? " alignment=\"2M\"" : "";
            string content = Pick(random, "", "<fill pattern=\"17\"/>", "<file filename=\"files.tar\"/>", "<file filename=\"files.tar\" offset=\"40\"/>");
            memory.Append($"<memory name=\"m{i}\" size=\"{pages * 4}K\"{place}{caching}{alignment}>{content}</memory>");
            foreach (int subject in users)
            {
                string where = random.Next(4) == 0 ? $" virtualAddress=\"0x{0x2_0000_0000 + ((ulong)i << 24):x}\"" : "";
                body[subject].Memory.Append($"<memory physical=\"m{i}\"{where} {Pick(random, "", "writable=\"true\"", "executable=\"true\"", vm[subject] ? "writable=\"true\" executable=\"true\"" : "")}/>");
            }
        }

        var channels = new StringBuilder();
        for (int i = 0; i < (whole.Length < 2 ? 0 : random.Next(6)); i++)
        {
            int writer = whole[random.Next(whole.Length)];
            int[] readers = [.. Some(random, subjects).Where(s => s != writer && main[s] < 0)];
            if (readers.Length == 0)
            {
                readers = [whole.First(s => s != writer)];
            }

            bool signal = random.Next(2) == 0;
            channels.Append($"<channel name=\"c{i}\" size=\"{4 * random.Next(1, 20)}K\"{(signal ? " hasEvent=\"" + Pick(random, "asap", "async") + "\"" : "")}/>");
            body[writer].Channels.Append($"<writer physical=\"c{i}\"{(signal ? " event=\"auto\"" : "")}/>");
            for (int r = 0; r < readers.Length; r++)
            {
                string vector = signal && r == 0 ? " vector=\"" + (random.Next(2) == 0 ? "auto" : $"{32 + i}") + "\"" : "";
                body[readers[r]].Channels.Append($"<reader logical=\"in{i}\" physical=\"c{i}\"{vector}/>");
            }
        }

        var events = new StringBuilder();
        for (int i = 0; i < random.Next(8); i++)
        {
            int target = random.Next(subjects);
            int source = random.Next(subjects);
            string mode = source == target ? "self" : group[source] == group[target] ? Pick(random, "asap", "async", "switch") : cpu[source] == cpu[target] ? Pick(random, "asap", "async") : Pick(random, "asap", "async", "ipi");
            events.Append($"<event name=\"e{i}\" mode=\"{mode}\"/>");
            body[target].Targets.Append($"<event logical=\"t{i}\" physical=\"e{i}\"{(random.Next(3) == 0 ? $" id=\"{i}\"" : "")}>{Pick(random, "<reset/>", "<inject_interrupt vector=\"auto\"/>", $"<inject_interrupt vector=\"{40 + i}\"/>")}</event>");
            if (random.Next(4) == 0 && !body[source].HasDefault)
            {
                body[source].HasDefault = true;
                body[source].Sources.Append($"<group name=\"vmx_exit\"><default physical=\"e{i}\"/></group>");
            }
            else
            {
                body[source].Sources.Append($"<event physical=\"e{i}\"{(random.Next(3) == 0 ? $" id=\"{i}\"" : "")}>{Pick(random, "", "<sleep/>", "<yield/>")}</event>");
            }
        }

        // Each member hands over to the next one, so that all run.
        foreach ((int from, int to) in groups.Where(g => g.Count > 1).SelectMany(g => g.Select((member, i) => (member, g[(i + 1) % g.Count]))))
        {
            events.Append($"<event name=\"h{from}\" mode=\"switch\"/>");
            body[from].Sources.Append($"<event physical=\"h{from}\"/>");
            body[to].Targets.Append($"<event physical=\"h{from}\"/>");
        }

        if (random.Next(2) == 0)
        {
            body[random.Next(subjects)].Devices.Append("<device logical=\"console\" physical=\"com1\"/>");
        }

        if (random.Next(2) == 0)
        {
            body[whole[random.Next(whole.Length)]].Devices.Append("<device physical=\"vga\"><memory physical=\"text\" writable=\"true\"/><ioPort physical=\"registers\"/></device>");
        }

        // Everybody may watch everybody, but change only subjects of its own group, and siblings.
        for (int i = 0; i < random.Next(5); i++)
        {
            int watcher = random.Next(subjects);
            int watched = random.Next(subjects);
            bool near = group[watcher] == group[watched] || (main[watcher] < 0 ? watcher : main[watcher]) == (main[watched] < 0 ? watched : main[watched]);
            body[watcher].Monitors.Append($"<{Pick(random, "state", "timed_event", "interrupts")} logical=\"watch{i}\" subject=\"s{watched}\"{(near && random.Next(2) == 0 ? " writable=\"true\"" : "")}/>");
        }

        int loader = whole[random.Next(whole.Length)];
        int loaded = whole[random.Next(whole.Length)];
        if (random.Next(3) == 0 && (vm[loader] || !special.Contains(loaded)))
        {
            body[loader].Monitors.Append($"<loader logical=\"load\" subject=\"s{loaded}\" virtualAddress=\"0x100000000000\"/>");
        }

        if (random.Next(4) == 0)
        {
            body[loader].Memory.Append("<memory physical=\"crash_audit\"/>");
        }

        string all = string.Concat(Enumerable.Range(0, subjects).Select(i =>
            $"<subject name=\"s{i}\" cpu=\"{cpu[i]}\" stackSize=\"{4 * random.Next(1, 9)}K\">{Vcpu(random, vm[i])}{(main[i] >= 0 ? $"<sibling ref=\"s{main[i]}\"/>" : $"<component ref=\"{(vm[i] ? "v" : "c")}\"/>")}{body[i]}</subject>\n"));
        return $"<system name=\"random\">\n<hardware ref=\"bochs\"/>\n<memory>{memory}</memory>\n<events>{events}</events>\n<channels>{channels}</channels>\n{Policies.Components.Replace("</components>", "<component name=\"v\" profile=\"vm\"/></components>", StringComparison.Ordinal)}\n"
            + $"<subjects>\n{all}</subjects>\n{(random.Next(2) == 0 ? "" : Plan(random, cpu, groups, processors, tau0 >= 0))}\n</system>\n";
    }

    private static string Vcpu(Random random, bool vm)
    {
        string controls = $"<vmx><controls><proc><HLTExiting>{random.Next(2)}</HLTExiting><PAUSEExiting>{random.Next(2)}</PAUSEExiting></proc></controls></vmx>";
        string msrs = $"<msrs><msr start=\"{Pick(random, "0x174", "0x175", "16#0176#")}\" end=\"0x176\" mode=\"{Pick(random, "r", "w", "rw")}\"/>"
            + $"{Pick(random, "", "<msr start=\"0xc0000081\" end=\"0xc0000082\" mode=\"rw\"/>", "<msr start=\"0xc0000102\" end=\"0xc0000102\" mode=\"r\"/>", "<msr start=\"16\" end=\"16\" mode=\"r\"/>")}</msrs>";
        string registers = vm ? Pick(random, "<gpr><rip>16#1000#</rip></gpr>", "<cr0><ProtectionEnable>0</ProtectionEnable></cr0>", "<gpr><rbx>7</rbx><rflags>2</rflags></gpr>") : "<gpr><rax>1</rax></gpr>";
        return random.Next(3) switch { 0 => "", 1 => "<vcpu><rdtsc/><flush><branchPredictor/></flush></vcpu>", _ => $"<vcpu>{controls}{msrs}<registers>{registers}</registers></vcpu>" };
    }

    // The subjects of each processor in groups of one to three.
    private static List<List<int>> Groups(Random random, int[] cpu, int processors)
    {
        var groups = new List<List<int>>();
        for (int p = 0; p < processors; p++)
        {
            int[] own = [.. Enumerable.Range(0, cpu.Length).Where(s => cpu[s] == p)];
            for (int i = 0; i < own.Length;)
            {
                int size = random.Next(1, 4);
                groups.Add([.. own.Skip(i).Take(size)]);
                i += size;
            }
        }

        return groups;
    }

    // Partitions of one to three groups, declared or left to the compiler. Equal sums: each processor fills what is left with idle time.
    private static string Plan(Random random, int[] cpu, List<List<int>> groups, int processors, bool tau0)
    {
        var partitions = new StringBuilder();
        var slots = Enumerable.Range(0, processors).Select(_ => new List<string>()).ToArray();
        for (int p = 0, name = 0; p < processors; p++)
        {
            List<List<int>> own = [.. groups.Where(g => cpu[g[0]] == p)];
            for (int i = 0; i < own.Count;)
            {
                int size = random.Next(1, 4);
                List<List<int>> members = [.. own.Skip(i).Take(size)];
                i += size;
                if (members.Count == 1 && random.Next(2) == 0)
                {
                    slots[p].Add($"subject=\"s{members[0][0]}\"");
                    continue;
                }

                partitions.Append($"<partition name=\"p{name}\">{string.Concat(members.Select((g, n) => $"<group name=\"g{name}_{n}\">{string.Concat(g.Select(s => $"<subject name=\"s{s}\"/>"))}</group>"))}</partition>");
                slots[p].Add(random.Next(2) == 0 ? $"partition=\"p{name}\"" : $"subject=\"s{members[^1][^1]}\"");
                name++;
            }
        }

        string Major()
        {
            var frames = slots.Select(s => s.Select(slot => (Slot: slot, Ticks: random.Next(1, 20))).ToList()).ToList();
            int longest = frames.Max(f => f.Sum(x => x.Ticks)) + random.Next(2);
            string Cpu(int p)
            {
                int left = longest - frames[p].Sum(x => x.Ticks);
                return $"<cpu id=\"{p}\">{string.Concat(frames[p].Select(f => $"<minorFrame {f.Slot} ticks=\"{f.Ticks}\"/>"))}{(left == 0 ? "" : $"<minorFrame ticks=\"{left}\"/>")}</cpu>";
            }

            return $"<majorFrame>{string.Concat(Enumerable.Range(0, processors).Select(Cpu))}</majorFrame>";
        }

        return $"<scheduling tickRate=\"1000\">{(partitions.Length == 0 ? "" : $"<partitions>{partitions}</partitions>")}{string.Concat(Enumerable.Range(0, tau0 ? random.Next(1, 4) : 1).Select(_ => Major()))}</scheduling>";
    }

    private static string Pick(Random random, params string[] choices) => choices[random.Next(choices.Length)];

    private static IEnumerable<int> Some(Random random, int count) => [.. Enumerable.Range(0, count).Where(_ => random.Next(3) == 0)];

    private sealed class Body
    {
        internal StringBuilder Memory { get; } = new();

        internal StringBuilder Channels { get; } = new();

        internal StringBuilder Devices { get; } = new();

        internal StringBuilder Sources { get; } = new();

        internal StringBuilder Targets { get; } = new();

        internal StringBuilder Monitors { get; } = new();

        internal bool HasDefault { get; set; }

        public override string ToString() =>
            $"{(Monitors.Length == 0 ? "" : $"<monitor>{Monitors}</monitor>")}<memory>{Memory}</memory><channels>{Channels}</channels><devices>{Devices}</devices><events><source>{Sources}</source><target>{Targets}</target></events>";
    }
}
