// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Muen.Sdk.Native;

/// <summary>
/// The layout of an image: code, constants and variables on pages of their own, in three segments with one right each beside reading. The file
/// header is not part of memory. Debug information stays in the file for gdb and is never loaded.
/// </summary>
static class LinkScript
{
    /// <summary>Where a kernel lies (KernelLayout.Image).</summary>
    internal const ulong KernelBase = 0x10_0000;

    /// <summary>Where a subject lies (SubjectLayout.Image).</summary>
    internal const ulong SubjectBase = 0x20_0000;

    /// <summary>The script. It defines image_begin, text_end, rodata_end, data_end (where the file's bytes end) and image_end.</summary>
    internal static string For(NativeKind kind, string entry) => string.Create(CultureInfo.InvariantCulture, $$"""
        ENTRY({{entry}})
        PHDRS
        {
          text PT_LOAD FLAGS(5);
          rodata PT_LOAD FLAGS(4);
          data PT_LOAD FLAGS(6);
          stack PT_GNU_STACK FLAGS(6);
        }
        SECTIONS
        {
          . = 0x{{(kind == NativeKind.Kernel ? KernelBase : SubjectBase):x}};
          image_begin = .;
          .text : ALIGN(4096) { *(.boot.text) *(.text .text.*) *(__managedcode) } :text
          text_end = .;
          .rodata : ALIGN(4096) { *(.rodata .rodata.*) } :rodata
          rodata_end = .;
          .data : ALIGN(4096) { *(.data .data.*) *(__modules) } :data
          data_end = .;
          .bss : { *(.bss .bss.*) *(COMMON) } :data
          image_end = .;
          /DISCARD/ : { *(.eh_frame) *(.dotnet_eh_table) *(.note*) *(.comment) }
        }

        """);
}
