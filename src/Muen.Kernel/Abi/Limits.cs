// SPDX-License-Identifier: MIT
namespace Muen.Abi;

/// <summary>Every limit of the kernel, one a line. The policy compiler refuses what exceeds them; the kernel's loops end at them.</summary>
public static class Limits
{
    /// <summary>Logical processors that the kernel starts.</summary>
    public const int Processors = 64;

    /// <summary>Subjects of a system, all processors together.</summary>
    public const int Subjects = 128;

    /// <summary>Events that a subject may trigger by VMCALL, and target events that it may receive.</summary>
    public const int Events = 64;

    /// <summary>Entries of a trap table: exit reasons 0..59 and padding to a power of two, so that an index can be masked.</summary>
    public const int Traps = 64;

    /// <summary>Interrupt vectors of a processor, and of a subject.</summary>
    public const int Vectors = 256;

    /// <summary>Major frames of a scheduling plan.</summary>
    public const int MajorFrames = 64;

    /// <summary>Minor frames of a system, all major frames and processors together.</summary>
    public const int MinorFrames = 4096;

    /// <summary>Scheduling groups of a system: subjects that hand over to each other share one.</summary>
    public const int Groups = 128;

    /// <summary>Scheduling partitions of a system: groups that share minor frames.</summary>
    public const int Partitions = 128;

    /// <summary>Scheduling groups of a partition, which take turns.</summary>
    public const int GroupsPerPartition = 64;

    /// <summary>Points of a system, all major frames together, at which processors whose minor frames end together meet.</summary>
    public const int Barriers = 1024;

    /// <summary>MSRs that are saved at each exit of a subject and loaded at each entry: what fits a page.</summary>
    public const int MsrStoreEntries = 256;

    /// <summary>Units for DMA and interrupt remapping.</summary>
    public const int Iommus = 8;

    /// <summary>Domains of devices; their identifiers begin with 1.</summary>
    public const int DeviceDomains = 255;

    /// <summary>Host vector of the first message-signalled interrupt: those below belong to the IO-APIC's inputs.</summary>
    public const int FirstMessageVector = 56;

    /// <summary>Host vector by which the units tell the kernel of refused accesses; message-signalled interrupts have those below.</summary>
    public const int IommuFaultVector = 253;

    /// <summary>Characters of a subject's, event's or resource's name.</summary>
    public const int NameLength = 63;
}
