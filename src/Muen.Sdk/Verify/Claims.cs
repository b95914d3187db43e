// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Verify;

/// <summary>What a piece of physical memory is used for.</summary>
enum Use
{
    KernelImage,
    Tables,
    CrashAudit,
    KernelPageTables,
    KernelStack,
    InterruptStack,
    ProcessorData,
    VmxOn,
    IoApic,
    LocalApic,
    IommuRegisters,

    /// <summary>What the units for DMA remapping read: root, contexts of a bus, tables of a domain, interrupts, what they forget at start.</summary>
    DmaRoot,
    DmaContexts,
    DmaTables,
    InterruptTable,
    InvalidationQueue,
    PlanSelector,
    State,
    TimedEvent,
    Interrupts,
    SchedulingInfo,
    Fpu,
    Vmcs,
    IoBitmap,
    MsrBitmap,
    MsrStore,

    /// <summary>Page tables of a native subject, or the EPT of a VM.</summary>
    SubjectPageTables,
    SubjectInfo,

    /// <summary>Everything else that a subject maps: programs, stacks, regions, channels.</summary>
    SubjectMemory,

    /// <summary>Memory that the policy names and nobody maps.</summary>
    Unmapped,
}

/// <summary>A use of a piece of physical memory.</summary>
/// <param name="Owner">Processor or subject that it belongs to, -1 for one of the system.</param>
readonly record struct Claim(ulong Address, ulong Size, Use Use, int Owner)
{
    public ulong End => Address + Size;

    public override string ToString() => $"{Use}{(Owner < 0 ? "" : $" of {(IsProcessors ? "processor" : IsDevices ? "domain" : "subject")} {Owner}")}";

    bool IsDevices => Use is Use.DmaTables or Use.DmaContexts;

    bool IsProcessors => Use is Use.KernelPageTables or Use.KernelStack or Use.InterruptStack or Use.ProcessorData or Use.VmxOn;
}

/// <summary>Who uses which physical memory. Each piece has one use; what a subject is let see of another's pages is looked up here, not claimed.</summary>
sealed class Claims
{
    readonly List<Claim> _list = [];
    readonly HashSet<ulong> _tables = [];
    bool _sorted;

    public void Add(ulong address, ulong size, Use use, int owner)
    {
        _list.Add(new(address, size, use, owner));
        _sorted = false;
    }

    /// <summary>Claims a page as a page table.</summary>
    /// <returns>False when a table was there already: it is not walked twice.</returns>
    public bool AddTable(ulong address, Use use, int owner)
    {
        if (!_tables.Add(address))
        {
            return false;
        }

        Add(address, PhysicalMemory.Page, use, owner);
        return true;
    }

    /// <summary>All claims by ascending address.</summary>
    public IReadOnlyList<Claim> Sorted
    {
        get
        {
            if (!_sorted)
            {
                _list.Sort((a, b) => a.Address.CompareTo(b.Address));
                _sorted = true;
            }

            return _list;
        }
    }

    /// <summary>The claims that a piece of memory touches. Those so far must not overlap for the result to be complete; overlaps are errors by themselves.</summary>
    public IEnumerable<Claim> Touching(ulong address, ulong size)
    {
        IReadOnlyList<Claim> sorted = Sorted;
        int low = 0;
        int high = sorted.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = sorted[middle].End > address ? (low, middle) : (middle + 1, high);
        }

        for (int i = low; i < sorted.Count && sorted[i].Address < address + size; i++)
        {
            yield return sorted[i];
        }
    }
}
