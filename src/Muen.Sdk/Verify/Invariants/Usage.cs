// SPDX-License-Identifier: MIT

using Muen.Abi;

namespace Muen.Sdk.Verify;

/// <summary>Each piece of physical memory has one use, and subjects reach none of the kernel's but what they are let see.</summary>
static class Usage
{
    const ulong Page = PhysicalMemory.Page;

    /// <summary>
    /// Bitmaps are claimed, then what each subject maps is held against what the kernel uses. Claims the rest of it as the subjects' own.
    /// </summary>
    public static void CheckSubjects(ImageModel image)
    {
        for (int id = 0; id < image.Subjects.Length; id++)
        {
            SubjectEntry entry = image.Tables.Subjects[id];
            image.Claims.Add(entry.IoBitmapAddress, 2 * Page, Use.IoBitmap, id);
            image.Claims.Add(entry.MsrBitmapAddress, Page, Use.MsrBitmap, id);
        }

        var own = new List<(ulong Start, ulong End)>();
        for (int id = 0; id < image.Subjects.Length; id++)
        {
            foreach (MappedRun run in image.Subjects[id].Runs)
            {
                CheckRun(image, id, run, own, $"subject '{image.Tables.NameOf(id)}'");
            }
        }

        foreach (DmaDomain domain in image.Dma?.Domains ?? [])
        {
            foreach (MappedRun run in domain.Space.Runs)
            {
                CheckRun(image, -1, run, own, $"devices of domain {domain.Id}");
            }
        }

        // Memory that subjects share is one piece of memory; whose it is, the policy says.
        own.Sort();
        for (int i = 0; i < own.Count;)
        {
            (ulong start, ulong end) = own[i];
            for (i++; i < own.Count && own[i].Start <= end; i++)
            {
                end = Math.Max(end, own[i].End);
            }

            foreach ((ulong address, ulong size) in Loaded(image, start, end))
            {
                image.Claims.Add(address, size, Use.SubjectMemory, -1);
            }
        }
    }

    /// <summary>No two claims overlap, and every page of the image is claimed.</summary>
    public static void CheckClaims(ImageModel image)
    {
        IReadOnlyList<Claim> claims = image.Claims.Sorted;
        for (int i = 1; i < claims.Count; i++)
        {
            if (claims[i].Address < claims[i - 1].End)
            {
                image.Findings.Add(FindingCodes.UsedTwice, $"physical memory 0x{claims[i].Address:x}", $"it is {claims[i - 1]} and {claims[i]}");
            }
        }

        if (image.UnmappedSize is { } unmapped)
        {
            CheckUnclaimed(image, unmapped);
        }

        foreach (Claim claim in claims)
        {
            if (claim.Use is not (Use.CrashAudit or Use.IoApic or Use.LocalApic or Use.IommuRegisters or Use.SubjectMemory or Use.Unmapped) && !image.Memory.Contains(claim.Address, claim.Size))
            {
                image.Findings.Add(FindingCodes.MissingMemory, $"physical memory 0x{claim.Address:x}", $"the image does not fill {claim}");
            }
        }
    }

    static void CheckUnclaimed(ImageModel image, ulong unmapped)
    {
        var left = new List<(ulong Address, ulong Size)>();
        foreach ((ulong address, ulong size) in image.Memory.Extents)
        {
            ulong at = address;
            foreach (Claim claim in image.Claims.Touching(address, size))
            {
                if (claim.Address > at)
                {
                    left.Add((at, claim.Address - at));
                }

                at = Math.Max(at, claim.End);
            }

            if (at < address + size)
            {
                left.Add((at, address + size - at));
            }
        }

        if (left.Aggregate(0UL, (sum, l) => sum + l.Size) != unmapped)
        {
            foreach ((ulong address, ulong size) in left)
            {
                image.Findings.Add(FindingCodes.Unclaimed, $"physical memory 0x{address:x}", $"{size} bytes are in the image and nobody's");
            }

            if (left.Count == 0)
            {
                image.Findings.Add(FindingCodes.MissingMemory, "physical memory", $"{unmapped} bytes that the policy names and nobody maps are not in the image");
            }
        }
    }

    static void CheckRun(ImageModel image, int id, MappedRun run, List<(ulong Start, ulong End)> own, string place)
    {
        ulong at = run.Physical;
        foreach (Claim claim in image.Claims.Touching(run.Physical, run.Size))
        {
            if (claim.Address > at)
            {
                own.Add((at, claim.Address));
            }

            ulong start = Math.Max(at, claim.Address);
            at = Math.Max(at, Math.Min(claim.End, run.Physical + run.Size));
            if (id < 0 || !IsLetSee(image, id, run, claim))
            {
                image.Findings.Add(FindingCodes.SubjectReachesKernel, place,
                    $"0x{run.Virtual + (start - run.Physical):x} ({run.Rights}) is physical 0x{start:x}, {claim}");
            }
        }

        if (at < run.Physical + run.Size)
        {
            own.Add((at, run.Physical + run.Size));
        }
    }

    // What a subject sees of the kernel's pages: its own information, schedule and timer; of others what a monitor is for, as the flags of the other one say.
    static bool IsLetSee(ImageModel image, int id, MappedRun run, Claim claim)
    {
        SubjectFlags flags = claim.Owner >= 0 && claim.Owner < image.Tables.Subjects.Length ? image.Tables.Subjects[claim.Owner].Flags : SubjectFlags.None;
        return !run.Executable && claim.Use switch
        {
            Use.SubjectInfo => !run.Writable,
            Use.SchedulingInfo => claim.Owner == id && !run.Writable,
            Use.TimedEvent or Use.Interrupts => true,
            Use.State => (flags & (run.Writable ? SubjectFlags.Controlled : SubjectFlags.Observed)) != 0,
            Use.CrashAudit => !run.Writable,
            Use.PlanSelector => true,
            _ => false,
        };
    }

    // The parts that the image fills: device memory is in nobody's image.
    static IEnumerable<(ulong Address, ulong Size)> Loaded(ImageModel image, ulong start, ulong end)
    {
        foreach ((ulong address, ulong size) in image.Memory.Extents)
        {
            ulong from = Math.Max(start, address);
            ulong to = Math.Min(end, address + size);
            if (from < to)
            {
                yield return (from, to - from);
            }
        }
    }
}
