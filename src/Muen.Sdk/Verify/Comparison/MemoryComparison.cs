// SPDX-License-Identifier: MIT

using Muen.Abi;

namespace Muen.Sdk.Verify;

/// <summary>
/// Holds each subject's memory against the policy: every piece at its place with its rights, equal pieces of two subjects the same memory, different ones different,
/// nothing more; and what it begins with.
/// </summary>
sealed class MemoryComparison
{
    readonly ImageModel _image;
    readonly Expectation _policy;
    readonly Findings _findings;

    /// <summary>Where each piece was found in physical memory, and by whom first.</summary>
    readonly Dictionary<MemoryIdentity, (ulong Physical, ulong Size, string By)> _found = [];

    MemoryComparison(ImageModel image, Expectation policy) => (_image, _policy, _findings) = (image, policy, image.Findings);

    /// <summary>Compares all subjects' memory.</summary>
    public static void Compare(ImageModel image, Expectation policy)
    {
        var comparison = new MemoryComparison(image, policy);
        comparison.FindKernelPages();
        for (int id = 0; id < image.Subjects.Length; id++)
        {
            comparison.Subject(id);
        }

        comparison.Devices();
        comparison.Distinct();
        comparison.Unmapped();
        comparison.Contents();
    }

    // What a subject sees of the kernel's pages is known from the kernel's address space.
    void FindKernelPages()
    {
        foreach (Claim claim in _image.Claims.Sorted)
        {
            Origin? origin = claim.Use switch
            {
                Use.State => Origin.State,
                Use.TimedEvent => Origin.TimedEvent,
                Use.Interrupts => Origin.Interrupts,
                Use.SchedulingInfo => Origin.SchedulingInfo,
                _ => null,
            };
            if (origin is { } seen)
            {
                _found.TryAdd(new(seen, claim.Owner, 0), (claim.Address, claim.Size, "the kernel"));
            }
        }

        int? selector = _policy.System.PlanSelector;
        if (selector is not null != (_image.Tables.Header.HasPlanSelector == 1) || _image.Tables.Header.HasPlanSelector > 1)
        {
            _findings.Add(FindingCodes.PlanDiffers, "the plan", $"a subject chooses the next major frame: {_image.Tables.Header.HasPlanSelector}; the policy says {selector is not null}");
        }
        else if (selector is { } region && _image.Claims.Sorted.FirstOrDefault(c => c.Use == Use.PlanSelector) is { Size: not 0 } page)
        {
            _found.TryAdd(new(Origin.Region, -1, region), (page.Address, page.Size, "the kernel"));
        }
    }

    void Subject(int id)
    {
        string place = $"subject '{_image.Tables.NameOf(id)}'";
        List<InfoResource> told = [.. _image.Information[id]?.Resources.Where(r => r.IsMemory) ?? []];
        foreach (ExpectedMemory memory in _policy.Spaces.Subjects[id])
        {
            ResourceKind kind = memory.IsDevice ? ResourceKind.DeviceMemory : ResourceKind.Memory;
            int index = told.FindIndex(r => r.Kind == kind && r.Name == memory.Name);
            if (index < 0)
            {
                _findings.Add(FindingCodes.MemoryMissing, place, $"it is not told of memory '{memory.Name}'");
                continue;
            }

            InfoResource resource = told[index];
            told.RemoveAt(index);
            Resource(place, memory, resource);
            Place(id, place, memory, resource.Address);
        }

        foreach (InfoResource extra in told)
        {
            _findings.Add(FindingCodes.MemoryExtra, place, $"it is told of memory '{extra.Name}' at 0x{extra.Address:x}, which the policy does not give it");
        }
    }

    void Resource(string place, ExpectedMemory memory, InfoResource told)
    {
        if (told.Size != memory.Size)
        {
            _findings.Add(FindingCodes.Information, place, $"memory '{memory.Name}' is told to have {told.Size} bytes, it has {memory.Size}");
        }

        if (told.Writable != memory.Writable || told.Executable != memory.Executable)
        {
            _findings.Add(FindingCodes.MemoryRights, place, $"memory '{memory.Name}' is told to be r{(told.Writable ? 'w' : '-')}{(told.Executable ? 'x' : '-')}; the policy says {memory.Rights}");
        }

        if (memory.IsDevice)
        {
            if (told.SourceId != memory.SourceId)
            {
                _findings.Add(FindingCodes.Information, place, $"memory '{memory.Name}' is told to be of device 0x{told.SourceId:x}; it is of 0x{memory.SourceId:x}");
            }

            return;
        }

        MemoryResource said = told.Memory;
        if (said.Kind != memory.Kind || said.Content != memory.Content || said.Pattern != memory.Pattern)
        {
            _findings.Add(FindingCodes.Information, place,
                $"memory '{memory.Name}' is told to be {said.Kind} with content {said.Content}, pattern {said.Pattern}; it is {memory.Kind} with {memory.Content}, {memory.Pattern}");
        }

        bool same = memory.Digest.IsEmpty ? !told.Digest.Span.ContainsAnyExcept((byte)0) : told.Digest.Span.SequenceEqual(memory.Digest.Span);
        if (!same)
        {
            _findings.Add(FindingCodes.Digest, place, $"memory '{memory.Name}'");
        }
    }

    void Place(int id, string place, ExpectedMemory memory, ulong address)
    {
        if ((memory.Address ?? BesideOf(memory)) is { } expected && address != expected)
        {
            _findings.Add(FindingCodes.MemoryPlace, place, $"memory '{memory.Name}' is at 0x{address:x}; the policy says 0x{expected:x}");
        }

        if (_image.Subjects[id].At(address, memory.Size) is not { } run)
        {
            _findings.Add(FindingCodes.MemoryMissing, place, $"memory '{memory.Name}' with {memory.Size} bytes is not at 0x{address:x}, or not in one piece with equal rights");
            return;
        }

        if (run.Writable != memory.Writable || run.Executable != memory.Executable)
        {
            _findings.Add(FindingCodes.MemoryRights, place, $"memory '{memory.Name}' is {run.Rights}; the policy says {memory.Rights}");
        }

        if (run.Caching != memory.Caching)
        {
            _findings.Add(FindingCodes.MemoryType, place, $"memory '{memory.Name}' is {run.Caching?.ToString() ?? "of an unknown type"}; the policy says {memory.Caching}");
        }

        if (memory.Physical is { } physical && physical != run.Physical)
        {
            _findings.Add(FindingCodes.MemoryPlace, place, $"memory '{memory.Name}' is physical 0x{run.Physical:x}; the policy says 0x{physical:x}");
        }

        if (memory.Identity.Origin is not (Origin.Device or Origin.CrashAudit))
        {
            Identify(place, memory.Name, memory.Identity, run);
        }
    }

    void Identify(string place, string name, MemoryIdentity identity, MappedRun run)
    {
        if (!_found.TryAdd(identity, (run.Physical, run.Size, place)) && _found[identity] is var first && first.Physical != run.Physical)
        {
            _findings.Add(FindingCodes.MemoryPlace, place, $"memory '{name}' is physical 0x{run.Physical:x}; {first.By} has it at 0x{first.Physical:x}");
        }
    }

    // What devices see: the memory of their domain at its addresses, and nothing else.
    void Devices()
    {
        foreach (DmaDomain domain in _image.Dma?.Domains ?? [])
        {
            string place = $"devices of domain {domain.Id}";
            if (domain.Id == 0 || domain.Id > _policy.System.Domains.Length)
            {
                _findings.Add(FindingCodes.Devices, place, $"the policy has {_policy.System.Domains.Length} domains");
                continue;
            }

            var known = new List<(ulong Address, ulong Size)>();
            foreach (Policy.Expand.ResolvedMapping mapping in _policy.System.Domains[domain.Id - 1].Mappings)
            {
                ulong address = mapping.VirtualAddress!.Value.Value;
                ulong size = _policy.System.Regions[mapping.Region].Size.Value;
                known.Add((address, size));
                if (domain.Space.At(address, size) is not { } run || run.Writable != mapping.Writable)
                {
                    _findings.Add(FindingCodes.Devices, place, $"memory '{mapping.Logical}' is not seen at 0x{address:x}, not in one piece, or not with the rights of the policy");
                }
                else
                {
                    Identify(place, mapping.Logical, new(Origin.Region, -1, mapping.Region), run);
                }
            }

            known.Sort();
            foreach (MappedRun extra in domain.Space.Outside(known))
            {
                _findings.Add(FindingCodes.Devices, place, $"0x{extra.Virtual:x} to 0x{extra.Virtual + extra.Size:x} ({extra.Rights}, physical 0x{extra.Physical:x}) is seen; the policy says no");
            }
        }
    }

    ulong? BesideOf(ExpectedMemory memory)
    {
        if (memory.Beside is not { } beside || _image.Information[beside.Subject] is not { } information)
        {
            return null;
        }

        ResourceKind kind = memory.IsDevice ? ResourceKind.DeviceMemory : ResourceKind.Memory;
        return information.Resources.FirstOrDefault(r => r.Kind == kind && r.Name == beside.Name)?.Address + beside.Distance;
    }

    // Different pieces are different memory, whatever their names, and none lies outside of the machine's.
    void Distinct()
    {
        var pieces = _found.OrderBy(f => f.Value.Physical).ToList();
        for (int i = 1; i < pieces.Count; i++)
        {
            if (pieces[i].Value.Physical < pieces[i - 1].Value.Physical + pieces[i - 1].Value.Size)
            {
                _findings.Add(FindingCodes.MemoryPlace, $"physical memory 0x{pieces[i].Value.Physical:x}",
                    $"two different pieces of memory are the same: of {pieces[i - 1].Value.By} ({pieces[i - 1].Key.Origin}) and of {pieces[i].Value.By} ({pieces[i].Key.Origin})");
            }
        }

        foreach ((MemoryIdentity identity, (ulong physical, ulong size, string by)) in _found)
        {
            if (!_policy.System.Hardware.Blocks.Any(b => physical >= b.Address && physical + size <= b.Address + b.Size))
            {
                _findings.Add(FindingCodes.MemoryPlace, by, $"{identity.Origin} at 0x{physical:x} is not in one block of the machine's memory");
            }
        }
    }

    // Memory that the policy names and nobody maps is in the image all the same. Where its author gave an address, it is there; the rest must be as large in all.
    void Unmapped()
    {
        ulong open = 0;
        for (int i = 0; i < _policy.System.Regions.Length; i++)
        {
            Policy.Expand.ResolvedRegion region = _policy.System.Regions[i];
            if (region.Use == Policy.Expand.RegionUse.CrashAudit || _found.ContainsKey(new(Origin.Region, -1, i)))
            {
                continue;
            }

            if (region.Address is { } address)
            {
                _image.Claims.Add(address.Value, region.Size.Value, Use.Unmapped, -1);
            }
            else
            {
                open += region.Size.Value;
            }
        }

        _image.UnmappedSize = open;
    }

    void Contents()
    {
        foreach ((MemoryIdentity identity, (ulong physical, ulong size, string by)) in _found)
        {
            // What the information says was read; the kernel's pages are looked at by themselves.
            if (identity.Origin is Origin.Information or Origin.State or Origin.TimedEvent or Origin.Interrupts or Origin.SchedulingInfo)
            {
                continue;
            }

            ExpectedContent? content = _policy.Spaces.Contents.GetValueOrDefault(identity);
            ReadOnlySpan<byte> bytes = content is null ? default : content.Bytes.Span;
            if (_image.Memory.FindDifference(physical, size, bytes) is { } difference)
            {
                _findings.Add(FindingCodes.Content, by, $"{content?.Name ?? identity.Origin.ToString()}: the byte at offset 0x{difference - physical:x} (physical 0x{difference:x}) is another");
            }
        }
    }
}
