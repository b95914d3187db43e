// SPDX-License-Identifier: MIT

using System.Numerics;
using System.Runtime.InteropServices;

namespace Muen.Sdk.Verify;

/// <summary>Rights as I/O and MSR bitmaps give them (SDM vol. 3, 25.6.4 and 25.6.9): a cleared bit.</summary>
static class Bitmaps
{
    /// <summary>MSRs of one half of the MSR bitmap.</summary>
    public const int MsrRange = 0x2000;
    public const uint HighMsrs = 0xC000_0000;

    /// <summary>The numbers of the cleared bits.</summary>
    public static List<int> Cleared(ReadOnlySpan<byte> bitmap)
    {
        var cleared = new List<int>();
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bitmap);
        for (int word = 0; word < words.Length; word++)
        {
            for (ulong left = ~words[word]; left != 0; left &= left - 1)
            {
                cleared.Add((word * 64) + BitOperations.TrailingZeroCount(left));
            }
        }

        return cleared;
    }

    /// <summary>What a bit of the MSR bitmap is: reads of low MSRs, of high ones, writes of both.</summary>
    public static (uint Msr, bool Write) Msr(int bit)
    {
        int quarter = bit / MsrRange;
        uint msr = (uint)(bit % MsrRange) + (quarter % 2 != 0 ? HighMsrs : 0);
        return (msr, quarter >= 2);
    }
}
