// SPDX-License-Identifier: MIT
using System;
using Muen.Sdk.Policy.Expand;

namespace Muen.Sdk.Policy.Read;

/// <summary>A flat binary: it is loaded to an address and begins there in real mode, as a boot sector does.</summary>
internal static class FlatImage
{
    /// <summary>A flat binary ends here: real mode reaches no further.</summary>
    internal const ulong Limit = 1 << 20;

    private const ulong OneSegment = 0x1_0000;
    private const ulong Paragraph = 16;

    /// <summary>Whether real mode can begin at an address.</summary>
    internal static bool CanBegin(ulong address) => address < OneSegment - 1 || (address < Limit && address % Paragraph == 0);

    internal static BootImage Make(ReadOnlyMemory<byte> file, ulong address) =>
        new([new BootPiece("the content", address, (ulong)file.Length, file)], VcpuProfiles.RealMode(address));
}
