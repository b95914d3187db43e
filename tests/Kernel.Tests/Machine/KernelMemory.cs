// SPDX-License-Identifier: MIT
using System.ComponentModel;
using System.Runtime.InteropServices;
using Muen.Abi;

namespace Muen.Simulation;

/// <summary>
/// The kernel's address space, at the very addresses that its sources name. A processor's own data lies at one address on all of them: the
/// processor whose turn it is has its copy there. One system at a time in a process.
/// </summary>
internal static unsafe partial class KernelMemory
{
    private const int ReadWrite = 3;
    private const int PrivateAnonymousFixed = 0x10_4022;       // MAP_PRIVATE, MAP_ANONYMOUS, MAP_NORESERVE, MAP_FIXED_NOREPLACE

    private static readonly (ulong Address, ulong Size)[] Areas =
    [
        (KernelLayout.Tables, KernelLayout.TablesLimit),
        (KernelLayout.ProcessorData, KernelLayout.PageSize),
        (KernelLayout.VmxOn, KernelLayout.PageSize),
        (KernelLayout.CrashAudit, KernelLayout.PageSize),
        (KernelLayout.PlanSelector, KernelLayout.PageSize),
        (KernelLayout.Subjects, Limits.Subjects * KernelLayout.SubjectStride),
    ];

    private static bool mapped;

    /// <summary>The processor's own data: the page that each has a copy of.</summary>
    internal static Span<byte> OfProcessor => new((void*)KernelLayout.ProcessorData, (int)KernelLayout.PageSize);

    internal static PlanSelector* Plan => (PlanSelector*)KernelLayout.PlanSelector;

    internal static SubjectState* State(int subject) => (SubjectState*)Page(subject, KernelLayout.StateOffset);

    internal static TimedEvent* Timer(int subject) => (TimedEvent*)Page(subject, KernelLayout.TimedEventOffset);

    internal static SchedulingInfo* Scheduling(int subject) => (SchedulingInfo*)Page(subject, KernelLayout.SchedulingInfoOffset);

    internal static ulong Page(int subject, ulong offset) => KernelLayout.Subjects + ((ulong)subject * KernelLayout.SubjectStride) + offset;

    /// <summary>Zeros everywhere, and the tables.</summary>
    internal static void Load(ReadOnlySpan<byte> tables)
    {
        foreach ((ulong address, ulong size) in Areas)
        {
            if (mapped && Unmap((void*)address, (nuint)size) != 0)
            {
                throw new Win32Exception(Marshal.GetLastSystemError());
            }

            if (Map((void*)address, (nuint)size, ReadWrite, PrivateAnonymousFixed, -1, 0) != (void*)address)
            {
                throw new Win32Exception(Marshal.GetLastSystemError(), $"0x{address:x} is not free in this process");
            }
        }

        mapped = true;
        tables.CopyTo(new Span<byte>((void*)KernelLayout.Tables, (int)KernelLayout.TablesLimit));
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* Map(void* address, nuint size, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint size);
}
