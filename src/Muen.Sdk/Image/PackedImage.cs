// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Image;

/// <summary>The files of a packed system.</summary>
/// <param name="ElfPath">The multiboot2 ELF.</param>
/// <param name="IsoPath">The bootable ISO image that holds it.</param>
public sealed record PackedImage(string ElfPath, string IsoPath);
