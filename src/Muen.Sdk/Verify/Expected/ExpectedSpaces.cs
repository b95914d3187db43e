// SPDX-License-Identifier: MIT

using System.Security.Cryptography;
using Muen.Abi;
using Muen.Sdk.Elf;
using Muen.Sdk.Policy;
using Muen.Sdk.Policy.Expand;
using Muen.Sdk.Policy.Read;

namespace Muen.Sdk.Verify;

/// <summary>Derives from a policy what memory each subject may see, and what it begins with. Nothing has an address here but what the policy, a program or the ABI gives one.</summary>
sealed class ExpectedSpaces
{
    const ulong Page = PhysicalMemory.Page;

    // hlt; jmp back to it.
    static readonly byte[] s_idle = [0xF4, 0xEB, 0xFD];

    readonly ResolvedSystem _system;
    readonly Contents _contents;
    readonly Dictionary<int, byte[]> _digests = [];

    ExpectedSpaces(ResolvedSystem system, Contents contents)
    {
        (_system, _contents) = (system, contents);
        Subjects = new List<ExpectedMemory>[system.Subjects.Length];
    }

    /// <summary>By subject.</summary>
    public List<ExpectedMemory>[] Subjects { get; }

    /// <summary>What each piece begins with. A piece without an entry is zero.</summary>
    public Dictionary<MemoryIdentity, ExpectedContent> Contents { get; } = [];

    public static ExpectedSpaces Of(ResolvedSystem system, Contents contents)
    {
        var spaces = new ExpectedSpaces(system, contents);

        // A loader sees what its subject sees, a sibling what its main subject sees.
        IEnumerable<int> order = Enumerable.Range(0, system.Subjects.Length).OrderBy(id => system.Subjects[id].Main is not null ? 2 : spaces.LoadsOthers(id) ? 1 : 0);
        foreach (int id in order)
        {
            spaces.Subjects[id] = [];
            spaces.Subject(id, spaces.Subjects[id]);
        }

        return spaces;
    }

    bool LoadsOthers(int id) => _system.Subjects[id].Monitors.Any(m => m.Part == MonitorPart.Loader && m.Subject != id);

    void Subject(int id, List<ExpectedMemory> space)
    {
        ResolvedSubject subject = _system.Subjects[id];
        if (subject.Idle is not null)
        {
            var identity = new MemoryIdentity(Origin.Program, id, 0);
            space.Add(new("binary_text", identity, SubjectLayout.Image, Page, false, true, Caching.WB, MemoryKind.Binary) { Content = MemoryContent.File });
            Contents.Add(identity, new("idle code", Page, s_idle));
        }
        else if (!subject.IsVm)
        {
            Program(id, _contents.Binaries[subject.Component]!, space);
            space.Add(new("stack", new(Origin.Stack, id, 0), SubjectLayout.StackTop - subject.StackSize.Value, subject.StackSize.Value, true, false, Caching.WB, MemoryKind.Subject));
        }

        space.Add(new("sinfo", new(Origin.Information, id, 0), SubjectLayout.SubjectInfo, ImageModel.InformationSize, false, false, Caching.WB, MemoryKind.SubjectInfo));
        space.Add(new("scheduling_info", new(Origin.SchedulingInfo, id, 0), SubjectLayout.SchedulingInfo, Page, false, false, Caching.WB, MemoryKind.SchedulingInfo));
        space.Add(new("timed_event", new(Origin.TimedEvent, id, 0), SubjectLayout.TimedEvent, Page, true, false, Caching.WB, MemoryKind.TimedEvent));
        if (subject.Main is { } main)
        {
            space.AddRange(Subjects[main].Where(m => m.Identity.Origin is Origin.Region or Origin.CrashAudit or Origin.Device)
                .Select(m => m.Address is null ? m with { Beside = (main, m.Name, 0) } : m));
        }
        else
        {
            Regions(subject, space);
        }

        foreach (ResolvedMonitor monitor in subject.Monitors)
        {
            Monitor(monitor, id, space);
        }
    }

    void Program(int id, ElfFile elf, List<ExpectedMemory> space)
    {
        var names = new Dictionary<string, int>();
        int part = 0;
        foreach (ElfSegment segment in elf.LoadSegments.OrderBy(s => s.VirtualAddress))
        {
            bool writable = segment.Flags.HasFlag(ElfSegmentFlags.Write);
            bool executable = segment.Flags.HasFlag(ElfSegmentFlags.Execute);
            string name = executable ? "binary_text" : writable ? "binary_data" : "binary_rodata";
            int count = names[name] = names.GetValueOrDefault(name) + 1;
            (ulong start, ulong size, ReadOnlyMemory<byte> bytes) = PagesOf(segment);
            var identity = new MemoryIdentity(Origin.Program, id, part++);
            space.Add(new(count == 1 ? name : $"{name}_{count}", identity, start, size, writable, executable, Caching.WB, MemoryKind.Binary) { Content = MemoryContent.File });
            Contents.Add(identity, new($"{name} of the program", size, bytes));
        }
    }

    /// <summary>The pages that a segment becomes, and their first bytes.</summary>
    public static (ulong Start, ulong Size, ReadOnlyMemory<byte> Bytes) PagesOf(ElfSegment segment)
    {
        ulong start = segment.VirtualAddress & ~(Page - 1);
        ulong end = (segment.VirtualAddress + segment.MemorySize + Page - 1) & ~(Page - 1);
        int offset = (int)(segment.VirtualAddress - start);
        byte[] bytes = new byte[offset + segment.Content.Length];
        segment.Content.CopyTo(bytes.AsMemory(offset));
        return (start, end - start, bytes);
    }

    void Regions(ResolvedSubject subject, List<ExpectedMemory> space)
    {
        foreach (ResolvedMapping mapping in subject.Mappings)
        {
            ResolvedRegion region = _system.Regions[mapping.Region];
            bool audit = region.Use == RegionUse.CrashAudit;
            MemoryIdentity identity = audit ? new(Origin.CrashAudit, -1, -1) : new(Origin.Region, -1, mapping.Region);
            bool told = !audit && region.Use != RegionUse.Channel && region.Content is not null;
            space.Add(new(mapping.Logical, identity, mapping.VirtualAddress?.Value, region.Size.Value, mapping.Writable, mapping.Executable, region.Caching.Value, mapping.Kind)
            {
                Physical = audit ? KernelSpaces.CrashAudit : region.Address?.Value,
                Content = !told ? MemoryContent.Uninitialized : region.Content!.Pattern is null ? MemoryContent.File : MemoryContent.Fill,
                Pattern = told && region.Content!.Pattern is { } pattern ? pattern : MemoryResource.NoPattern,
                Digest = told ? DigestOf(mapping.Region) : default,
            });
            if (!audit)
            {
                Contents.TryAdd(identity, new($"memory '{region.Name}'", region.Size.Value, _contents.Regions[mapping.Region]));
            }
        }

        foreach (ResolvedDeviceMemory memory in subject.DeviceMemory)
        {
            space.Add(new(memory.Logical, new(Origin.Device, -1, -1), memory.VirtualAddress?.Value, memory.Memory.Size, memory.Writable, memory.Executable, memory.Memory.Caching, MemoryKind.Device)
            {
                Physical = memory.Memory.Address,
                SourceId = memory.Device.Pci?.SourceId ?? DeviceView.NoSourceId,
            });
        }
    }

    void Monitor(ResolvedMonitor monitor, int id, List<ExpectedMemory> space)
    {
        if (monitor.Part == MonitorPart.Loader)
        {
            Loader(monitor, id, space);
            return;
        }

        (Origin origin, MemoryKind kind) = monitor.Part switch
        {
            MonitorPart.State => (Origin.State, MemoryKind.State),
            MonitorPart.TimedEvent => (Origin.TimedEvent, MemoryKind.TimedEvent),
            _ => (Origin.Interrupts, MemoryKind.Interrupts),
        };
        space.Add(new(monitor.Logical, new(origin, monitor.Subject, 0), monitor.VirtualAddress?.Value, Page, monitor.Writable, false, Caching.WB, kind));
    }

    // All memory of the other subject and what it is told, so many bytes further; and the first contents of what can be written over.
    void Loader(ResolvedMonitor monitor, int id, List<ExpectedMemory> space)
    {
        bool self = monitor.Subject == id;
        foreach (ExpectedMemory memory in Subjects[monitor.Subject].ToArray())
        {
            if (memory.Identity.Origin is not (Origin.Region or Origin.Program or Origin.Stack or Origin.Information) || memory.Kind == MemoryKind.KernelInterface
                || (memory.Identity.Origin == Origin.Region && _system.Regions[memory.Identity.Part].Use == RegionUse.Channel))
            {
                continue;
            }

            if (!self)
            {
                space.Add(memory with { Name = $"{monitor.Logical}_{memory.Name}", Executable = false, Address = null, Beside = (monitor.Subject, memory.Name, monitor.VirtualAddress!.Value.Value) });
            }

            if (memory.Writable && Contents.TryGetValue(memory.Identity, out ExpectedContent? content) && !content.Bytes.IsEmpty)
            {
                MemoryIdentity identity = memory.Identity with { Origin = memory.Identity.Origin == Origin.Program ? Origin.ProgramContent : Origin.RegionContent };
                ulong size = ((ulong)content.Bytes.Length + Page - 1) & ~(Page - 1);
                space.Add(new($"{monitor.Logical}_{memory.Name}_content", identity, null, size, false, false, Caching.WB, MemoryKind.Subject) { Content = MemoryContent.File });
                Contents.TryAdd(identity, new("first content of " + content.Name, size, content.Bytes));
            }
        }
    }

    // Over the whole region: the content and the zeros after it.
    byte[] DigestOf(int region)
    {
        if (!_digests.TryGetValue(region, out byte[]? digest))
        {
            byte[] whole = new byte[_system.Regions[region].Size.Value];
            _contents.Regions[region].CopyTo(whole);
            _digests.Add(region, digest = SHA256.HashData(whole));
        }

        return digest;
    }
}
