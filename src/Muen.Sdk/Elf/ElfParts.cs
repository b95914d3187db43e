// SPDX-License-Identifier: MIT
using System;

namespace Muen.Sdk.Elf;

/// <summary>A segment: a stretch of memory and what lies in it at start.</summary>
/// <param name="Type">What it is for.</param>
/// <param name="Flags">Rights.</param>
/// <param name="VirtualAddress">First byte in memory.</param>
/// <param name="PhysicalAddress">First byte for a boot loader.</param>
/// <param name="MemorySize">Bytes in memory; what exceeds <paramref name="Content"/> is zero.</param>
/// <param name="Alignment">Alignment in bytes.</param>
/// <param name="Content">Bytes from the file.</param>
public sealed record ElfSegment(
    ElfSegmentType Type,
    ElfSegmentFlags Flags,
    ulong VirtualAddress,
    ulong PhysicalAddress,
    ulong MemorySize,
    ulong Alignment,
    ReadOnlyMemory<byte> Content);

/// <summary>A section.</summary>
/// <param name="Index">Number of its header; symbols name it.</param>
/// <param name="Name">Name.</param>
/// <param name="Type">What it holds.</param>
/// <param name="Flags">Attributes.</param>
/// <param name="Address">First byte in memory, 0 in an object.</param>
/// <param name="Size">Bytes; for <see cref="ElfSectionType.NoBits"/> without content.</param>
/// <param name="Link">Number of the section that it refers to (sh_link).</param>
/// <param name="Info">Depends on the type (sh_info).</param>
/// <param name="Alignment">Alignment in bytes.</param>
/// <param name="FileOffset">Offset of the content in the file.</param>
/// <param name="Content">Bytes from the file.</param>
public sealed record ElfSection(
    int Index,
    string Name,
    ElfSectionType Type,
    ElfSectionFlags Flags,
    ulong Address,
    ulong Size,
    uint Link,
    uint Info,
    ulong Alignment,
    ulong FileOffset,
    ReadOnlyMemory<byte> Content)
{
    /// <summary>Whether <paramref name="address"/> lies in the section's memory.</summary>
    public bool Contains(ulong address) => address >= Address && address - Address < Size;
}

/// <summary>A symbol.</summary>
/// <param name="Name">Name; empty for a section's.</param>
/// <param name="Value">Address, or in an object the offset in its section.</param>
/// <param name="Size">Bytes, 0 when unknown.</param>
/// <param name="Type">What it names.</param>
/// <param name="Binding">Who sees it.</param>
/// <param name="SectionIndex">Number of its section, 0 when it is undefined, 0xFFF1 when absolute.</param>
public sealed record ElfSymbol(string Name, ulong Value, ulong Size, ElfSymbolType Type, ElfSymbolBinding Binding, int SectionIndex)
{
    /// <summary>Section number of an absolute symbol (SHN_ABS).</summary>
    public const int Absolute = 0xFFF1;

    /// <summary>Whether another object must define it.</summary>
    public bool IsUndefined => SectionIndex == 0;
}

/// <summary>A relocation: a field of a section that a symbol decides.</summary>
/// <param name="Offset">Offset of the field in its section.</param>
/// <param name="Type">How it is computed.</param>
/// <param name="SymbolIndex">Number of the symbol.</param>
/// <param name="Addend">Constant that is added.</param>
public readonly record struct ElfRelocation(ulong Offset, ElfRelocationType Type, int SymbolIndex, long Addend);
