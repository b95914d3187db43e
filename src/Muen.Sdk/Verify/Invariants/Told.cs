// SPDX-License-Identifier: MIT

using Muen.Abi;

namespace Muen.Sdk.Verify;

/// <summary>What a subject is told it has is what it has: memory by its page tables, events, vectors and ports by the kernel's tables.</summary>
static class Told
{
    /// <summary>Checks every subject's information.</summary>
    public static void Check(ImageModel image, Grants grants)
    {
        for (int id = 0; id < image.Subjects.Length; id++)
        {
            if (image.Information[id] is { } information)
            {
                string place = $"subject '{image.Tables.NameOf(id)}'";
                Memory(image, id, information, place);
                Events(image, id, information, place);
                Vectors(image, id, information, place);
                Ports(image.Findings, grants.Ports[id], information, place);
                if (information.Name != image.Tables.NameOf(id) || information.TscKhz != image.Tables.Header.TscKhz)
                {
                    image.Findings.Add(FindingCodes.Information, place, $"it is told to be '{information.Name}' on a TSC of {information.TscKhz} kHz");
                }
            }
        }
    }

    static void Memory(ImageModel image, int id, SubjectInformation information, string place)
    {
        AddressSpace space = image.Subjects[id];
        bool vm = image.Tables.Subjects[id].Profile == SubjectProfile.Vm;
        var known = new List<(ulong Address, ulong Size)>();
        foreach (InfoResource memory in information.Resources.Where(r => r.IsMemory))
        {
            if (memory.Size == 0 || ((memory.Address | memory.Size) & (PhysicalMemory.Page - 1)) != 0 || memory.Address + memory.Size < memory.Address)
            {
                image.Findings.Add(FindingCodes.Information, place, $"memory '{memory.Name}' is told to be {memory.Size} bytes at 0x{memory.Address:x}");
                continue;
            }

            known.Add((memory.Address, memory.Size));
            if (space.At(memory.Address, memory.Size) is not { } run)
            {
                image.Findings.Add(FindingCodes.MemoryMissing, place,
                    $"memory '{memory.Name}' with {memory.Size} bytes is not at 0x{memory.Address:x}, or not in one piece with equal rights");
            }
            else if (run.Writable != memory.Writable || run.Executable != memory.Executable)
            {
                image.Findings.Add(FindingCodes.MemoryRights, place,
                    $"memory '{memory.Name}' is {run.Rights}; it is told to be r{(memory.Writable ? 'w' : '-')}{(memory.Executable ? 'x' : '-')}");
            }
        }

        known.Sort();
        for (int i = 1; i < known.Count; i++)
        {
            if (known[i].Address < known[i - 1].Address + known[i - 1].Size)
            {
                image.Findings.Add(FindingCodes.Information, place, $"two memories are told to be at 0x{known[i].Address:x}");
            }
        }

        foreach (MappedRun extra in space.Outside(known))
        {
            image.Findings.Add(FindingCodes.MemoryExtra, place,
                $"0x{extra.Virtual:x} to 0x{extra.Virtual + extra.Size:x} ({extra.Rights}, physical 0x{extra.Physical:x}) is mapped, and no memory that the subject has");
        }

        foreach (MappedRun run in space.Runs.Where(r => !vm && r.Writable && r.Executable))
        {
            image.Findings.Add(FindingCodes.WritableAndExecutable, place, $"0x{run.Virtual:x} to 0x{run.Virtual + run.Size:x}");
        }
    }

    static void Events(ImageModel image, int id, SubjectInformation information, string place)
    {
        ulong told = 0;
        foreach (InfoResource source in information.Resources.Where(r => r.Kind == ResourceKind.Event))
        {
            bool there = source.Number < Limits.Events && (told & (1ul << source.Number)) == 0 && (image.Tables.Events(id)[source.Number].Flags & EventFlags.Valid) != 0;
            if (!there)
            {
                image.Findings.Add(FindingCodes.Information, place, $"event '{source.Name}' is told to be number {source.Number}, which is none or another's");
            }
            else
            {
                told |= 1ul << source.Number;
            }
        }

        for (int i = 0; i < Limits.Events; i++)
        {
            if ((image.Tables.Events(id)[i].Flags & EventFlags.Valid) != 0 && (told & (1ul << i)) == 0)
            {
                image.Findings.Add(FindingCodes.EventDiffers, place, $"event {i} does something and the subject is not told of it");
            }
        }
    }

    static void Vectors(ImageModel image, int id, SubjectInformation information, string place)
    {
        var told = new HashSet<int>();
        foreach (InfoResource vector in information.Resources.Where(r => r.Kind == ResourceKind.Vector))
        {
            if (!told.Add(vector.Number))
            {
                image.Findings.Add(FindingCodes.Information, place, $"vector {vector.Number} is told to be '{vector.Name}' and something else");
            }
        }

        var seen = new HashSet<int>();
        foreach (TargetEvent target in image.Tables.Targets(id))
        {
            if (target.Action == TargetAction.Inject)
            {
                seen.Add(target.Vector);
            }
        }

        foreach (VectorRoute route in image.Tables.Vectors)
        {
            if (route.Subject == id)
            {
                seen.Add(route.Vector);
            }
        }

        if (!seen.SetEquals(told))
        {
            image.Findings.Add(FindingCodes.Information, place, $"it may see the vectors {List(seen)} and is told of {List(told)}");
        }
    }

    static void Ports(Findings findings, List<int> ports, SubjectInformation information, string place)
    {
        var told = new HashSet<int>();
        foreach (InfoResource range in information.Resources.Where(r => r.Kind == ResourceKind.DevicePort))
        {
            if (range.Port + range.Count > 0x1_0000)
            {
                findings.Add(FindingCodes.Information, place, $"'{range.Name}' is told to be {range.Count} ports from 0x{range.Port:x} on");
            }

            told.UnionWith(Enumerable.Range(range.Port, range.Count));
        }

        if (!told.SetEquals(ports))
        {
            findings.Add(FindingCodes.Ports, place,
                $"the bitmap gives {List(ports.Where(p => !told.Contains(p)).ToList(), "x")} that it is not told of, and not {List(told.Where(p => !ports.Contains(p)).ToList(), "x")}");
        }
    }

    static string List(IReadOnlyCollection<int> numbers, string format = "d") =>
        numbers.Count == 0 ? "none" : string.Join(", ", numbers.Order().Take(16).Select(n => (format == "x" ? "0x" : "") + n.ToString(format))) + (numbers.Count > 16 ? ", ..." : "");
}
