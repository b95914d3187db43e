// SPDX-License-Identifier: MIT

using Muen.Abi;

namespace Muen.Sdk.Verify;

/// <summary>What an image's bytes say, each thing read once: the tables, every address space, what each subject is told.</summary>
sealed class ImageModel
{
    /// <summary>Pages of the subject information.</summary>
    public const ulong InformationSize = 8 * PhysicalMemory.Page;

    ImageModel(PhysicalMemory memory, KernelTables tables, Claims claims, Findings findings)
    {
        Memory = memory;
        Tables = tables;
        Claims = claims;
        Findings = findings;
        Kernels = new AddressSpace[tables.Processors.Length];
        Subjects = new AddressSpace[tables.Subjects.Length];
        Information = new SubjectInformation?[tables.Subjects.Length];
    }

    public PhysicalMemory Memory { get; }

    public KernelTables Tables { get; }

    public Claims Claims { get; }

    public Findings Findings { get; }

    /// <summary>By processor: what its kernel maps.</summary>
    public AddressSpace[] Kernels { get; }

    /// <summary>By subject: what it maps, or as a VM what its guest-physical memory is.</summary>
    public AddressSpace[] Subjects { get; }

    /// <summary>What devices may do, null on a machine that does not confine them.</summary>
    public DmaModel? Dma { get; private set; }

    /// <summary>By subject: what it is told, null when that is unreadable.</summary>
    public SubjectInformation?[] Information { get; }

    /// <summary>Bytes of memory that the policy names, places nowhere and lets nobody map; null when no policy says.</summary>
    public ulong? UnmappedSize { get; set; }

    /// <summary>Reads everything. Null when there are no tables to begin with.</summary>
    public static ImageModel? Read(PhysicalMemory memory, Findings findings)
    {
        if (KernelTables.Read(memory, findings) is not { } tables)
        {
            return null;
        }

        var model = new ImageModel(memory, tables, new Claims(), findings);
        for (int cpu = 0; cpu < model.Kernels.Length; cpu++)
        {
            model.Kernels[cpu] = PageTableWalk.Walk(memory, model.Claims, findings, Use.KernelPageTables, cpu, tables.PageTables(cpu));
        }

        for (int id = 0; id < model.Subjects.Length; id++)
        {
            SubjectEntry entry = tables.Subjects[id];
            model.Subjects[id] = entry.EptPointer != 0
                ? EptWalk.Walk(memory, model.Claims, findings, id, entry.EptPointer)
                : PageTableWalk.Walk(memory, model.Claims, findings, Use.SubjectPageTables, id, entry.Initial.Cr3);
            model.ReadInformation(id);
        }

        model.Dma = tables.Iommus.Length == 0 ? null : DmaWalk.Walk(model);
        return model;
    }

    void ReadInformation(int id)
    {
        string place = $"subject '{Tables.NameOf(id)}', information";
        if (Subjects[id].At(SubjectLayout.SubjectInfo, InformationSize) is not { } run || Memory.Read(run.Physical, InformationSize) is not { } pages)
        {
            Findings.Add(FindingCodes.Information, place, $"there is none at 0x{SubjectLayout.SubjectInfo:x}");
            return;
        }

        Claims.Add(run.Physical, InformationSize, Use.SubjectInfo, id);
        Information[id] = SubjectInformation.Parse(pages, place, Findings);
    }
}
