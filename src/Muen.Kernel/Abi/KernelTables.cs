// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace Muen.Abi;

/// <summary>
/// Head of the tables that the policy compiler emits and the kernel reads: constants of this build of the format, how many of each
/// thing there are, and where each array begins, in bytes from the header. Arrays are aligned to 64 bytes.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public unsafe struct TablesHeader
{
    /// <summary>"MUENTABL" in ASCII, first character in the lowest byte.</summary>
    public const ulong ExpectedMagic = 0x4C424154_4E45554D;

    /// <summary>Raised with every change of a struct in this folder that kernel or subjects see.</summary>
    public const uint ExpectedVersion = 4;

    /// <summary>Offset of <see cref="PageTables"/>: the entry code reads it before there is a stack.</summary>
    public const int PageTablesOffset = 128;

    public ulong Magic;
    public uint Version;

    /// <summary>Bytes of the header and all arrays.</summary>
    public uint Size;

    public uint ProcessorCount;
    public uint SubjectCount;
    public uint MajorFrameCount;
    public uint MinorFrameCount;
    public uint GroupCount;

    /// <summary>Frequency of the TSC, from the policy's hardware, in kHz.</summary>
    public uint TscKhz;

    /// <summary>First port of the UART that the debug kernel prints to; 0 when there is none.</summary>
    public uint ConsolePort;

    /// <summary>1 when the page at <see cref="KernelLayout.IoApic"/> is an IO-APIC to route by <see cref="RoutesOffset"/>.</summary>
    public uint HasIoApic;

    /// <summary><see cref="ProcessorEntry"/>[ProcessorCount].</summary>
    public uint ProcessorsOffset;

    /// <summary><see cref="SubjectEntry"/>[SubjectCount].</summary>
    public uint SubjectsOffset;

    /// <summary><see cref="MajorFrame"/>[MajorFrameCount].</summary>
    public uint MajorFramesOffset;

    /// <summary><see cref="MinorFrameRange"/>[MajorFrameCount][ProcessorCount].</summary>
    public uint RangesOffset;

    /// <summary><see cref="MinorFrame"/>[MinorFrameCount].</summary>
    public uint MinorFramesOffset;

    /// <summary><see cref="GroupEntry"/>[GroupCount].</summary>
    public uint GroupsOffset;

    /// <summary><see cref="VectorRoute"/>[Limits.Vectors]: the subject that an external interrupt belongs to.</summary>
    public uint VectorsOffset;

    /// <summary><see cref="IoApicRoute"/>[RouteCount].</summary>
    public uint RoutesOffset;

    public uint RouteCount;

    public uint PartitionCount;

    /// <summary><see cref="PartitionEntry"/>[PartitionCount].</summary>
    public uint PartitionsOffset;

    /// <summary>1 when a subject (tau0) chooses the next major frame through the page at <see cref="KernelLayout.PlanSelector"/>.</summary>
    public uint HasPlanSelector;

    /// <summary>Where the system is reset, and the byte that does it; port 0 = the chipset's reset control register.</summary>
    public ushort ResetPort;
    public ushort ResetValue;

    /// <summary>Where the system is powered off (ACPI PM1a_CNT), and the 16-bit word that does it; port 0 = as Bochs has it.</summary>
    public ushort PowerOffPort;
    public ushort PowerOffValue;

    /// <summary>Units that translate what devices do (VT-d); 0 = devices reach all memory.</summary>
    public uint IommuCount;

    /// <summary><see cref="IommuEntry"/>[IommuCount].</summary>
    public uint IommusOffset;

    public fixed uint Reserved[4];

    /// <summary>Physical address of each processor's kernel page table (CR3), below 4 GiB.</summary>
    public fixed ulong PageTables[Limits.Processors];
}

/// <summary>One logical processor. Entry 0 is the bootstrap processor.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public struct ProcessorEntry
{
    /// <summary>x2APIC identifier (CPUID leaf 0BH, EDX).</summary>
    public uint ApicId;

    /// <summary>Banks of machine check registers; 0 where the kernel must not touch them (a processor that claims to have them and does not).</summary>
    public uint MachineCheckBanks;

    /// <summary>Physical address of the page mapped at <see cref="KernelLayout.VmxOn"/>.</summary>
    public ulong VmxOnAddress;
}
