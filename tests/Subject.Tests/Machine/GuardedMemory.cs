// SPDX-License-Identifier: MIT
using System;
using System.Runtime.InteropServices;

namespace Muen.Tests.Machine;

/// <summary>
/// Memory whose last byte is followed, and whose first page is preceded, by a page that cannot be touched: a load or store outside ends the test run.
/// </summary>
sealed unsafe partial class GuardedMemory : IDisposable
{
    const int PageSize = 4096;
    const int ReadWrite = 3;
    const int ReadExecute = 5;
    const int PrivateAnonymous = 0x22;

    readonly byte* _mapping;
    readonly nuint _mappingSize;

    /// <param name="size">Bytes, a multiple of 8 so that the start stays aligned.</param>
    internal GuardedMemory(int size)
    {
        int pages = (size + PageSize - 1) / PageSize;
        _mappingSize = (nuint)((pages + 2) * PageSize);
        nint mapping = Map(0, _mappingSize, 0, PrivateAnonymous, -1, 0);
        if (mapping == -1)
        {
            throw new InvalidOperationException("no memory");
        }
        _mapping = (byte*)mapping;
        if (Protect(_mapping + PageSize, (nuint)(pages * PageSize), ReadWrite) != 0)
        {
            throw new InvalidOperationException("no memory");
        }
        Size = size;
        Start = _mapping + ((pages + 1) * PageSize) - size;
    }

    internal byte* Start { get; }

    /// <summary>Makes the memory executable and read-only.</summary>
    internal void MakeExecutable()
    {
        if (Protect(_mapping + PageSize, _mappingSize - (2 * PageSize), ReadExecute) != 0)
        {
            throw new InvalidOperationException("no executable memory");
        }
    }

    internal int Size { get; }

    internal Span<byte> Bytes => new(Start, Size);

    public void Dispose() => _ = Unmap(_mapping, _mappingSize);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(byte* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(byte* address, nuint length);
}
