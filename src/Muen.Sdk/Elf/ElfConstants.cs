// SPDX-License-Identifier: MIT
// The numbers of the ELF specification (System V gABI 4.1, x86-64 psABI 1.0) that are used here, under its names.
using System;

namespace Muen.Sdk.Elf;

/// <summary>What a file is (e_type).</summary>
public enum ElfType : ushort
{
    /// <summary>ET_NONE.</summary>
    None = 0,

    /// <summary>ET_REL: an object for the linker.</summary>
    Relocatable = 1,

    /// <summary>ET_EXEC: a program at fixed addresses.</summary>
    Executable = 2,

    /// <summary>ET_DYN.</summary>
    Shared = 3,

    /// <summary>ET_CORE.</summary>
    Core = 4,
}

/// <summary>What a segment is for (p_type).</summary>
public enum ElfSegmentType : uint
{
    /// <summary>PT_NULL.</summary>
    Null = 0,

    /// <summary>PT_LOAD: memory.</summary>
    Load = 1,

    /// <summary>PT_DYNAMIC.</summary>
    Dynamic = 2,

    /// <summary>PT_INTERP.</summary>
    Interpreter = 3,

    /// <summary>PT_NOTE.</summary>
    Note = 4,

    /// <summary>PT_GNU_STACK: whether the stack may be executed.</summary>
    GnuStack = 0x6474_E551,
}

/// <summary>Rights of a segment (p_flags).</summary>
[Flags]
public enum ElfSegmentFlags : uint
{
    /// <summary>No right.</summary>
    None = 0,

    /// <summary>PF_X.</summary>
    Execute = 1,

    /// <summary>PF_W.</summary>
    Write = 2,

    /// <summary>PF_R.</summary>
    Read = 4,
}

/// <summary>What a section holds (sh_type).</summary>
public enum ElfSectionType : uint
{
    /// <summary>SHT_NULL.</summary>
    Null = 0,

    /// <summary>SHT_PROGBITS: bytes.</summary>
    ProgramBits = 1,

    /// <summary>SHT_SYMTAB: symbols.</summary>
    SymbolTable = 2,

    /// <summary>SHT_STRTAB: strings.</summary>
    StringTable = 3,

    /// <summary>SHT_RELA: relocations with addends.</summary>
    Rela = 4,

    /// <summary>SHT_NOTE.</summary>
    Note = 7,

    /// <summary>SHT_NOBITS: zeros that take no room in the file.</summary>
    NoBits = 8,
}

/// <summary>Attributes of a section (sh_flags).</summary>
[Flags]
public enum ElfSectionFlags : ulong
{
    /// <summary>Not part of memory.</summary>
    None = 0,

    /// <summary>SHF_WRITE.</summary>
    Write = 1,

    /// <summary>SHF_ALLOC.</summary>
    Allocate = 2,

    /// <summary>SHF_EXECINSTR.</summary>
    Execute = 4,

    /// <summary>SHF_INFO_LINK.</summary>
    InfoLink = 0x40,
}

/// <summary>What a symbol names (low half of st_info).</summary>
public enum ElfSymbolType : byte
{
    /// <summary>STT_NOTYPE.</summary>
    None = 0,

    /// <summary>STT_OBJECT: data.</summary>
    Object = 1,

    /// <summary>STT_FUNC: code.</summary>
    Function = 2,

    /// <summary>STT_SECTION.</summary>
    Section = 3,

    /// <summary>STT_FILE.</summary>
    File = 4,

    /// <summary>STT_TLS.</summary>
    ThreadLocal = 6,
}

/// <summary>Who sees a symbol (high half of st_info).</summary>
public enum ElfSymbolBinding : byte
{
    /// <summary>STB_LOCAL: this object.</summary>
    Local = 0,

    /// <summary>STB_GLOBAL: every object.</summary>
    Global = 1,

    /// <summary>STB_WEAK: every object, and it may be missing.</summary>
    Weak = 2,
}

/// <summary>How a field is computed from a symbol (x86-64 psABI, table 4.9; S = symbol, A = addend, P = place).</summary>
public enum ElfRelocationType : uint
{
    /// <summary>R_X86_64_NONE.</summary>
    None = 0,

    /// <summary>R_X86_64_64: S + A, 8 bytes.</summary>
    Absolute64 = 1,

    /// <summary>R_X86_64_PC32: S + A - P, 4 bytes.</summary>
    Relative32 = 2,

    /// <summary>R_X86_64_PLT32: the same for a call.</summary>
    Plt32 = 4,

    /// <summary>R_X86_64_32: S + A, 4 bytes, extended by zeros.</summary>
    Absolute32 = 10,

    /// <summary>R_X86_64_32S: S + A, 4 bytes, extended by its sign.</summary>
    Absolute32Signed = 11,

    /// <summary>R_X86_64_16: S + A, 2 bytes.</summary>
    Absolute16 = 12,
}
