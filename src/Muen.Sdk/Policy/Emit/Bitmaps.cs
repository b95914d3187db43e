// SPDX-License-Identifier: MIT
using System;
using Muen.Abi;

namespace Muen.Sdk.Policy.Emit;

/// <summary>I/O and MSR bitmaps (SDM vol. 3, 25.6.4 and 25.6.9): a set bit exits, and only what is granted is cleared.</summary>
internal static class Bitmaps
{
    private const int MsrRange = 0x2000;
    private const uint HighMsrs = 0xC000_0000;
    private const int WriteOffset = 2048;
    private const int HighOffset = 1024;

    /// <summary>Bitmaps A and B, two pages: a bit a port.</summary>
    internal static byte[] Io(SubjectView subject)
    {
        byte[] bitmap = Ones(2);
        foreach (PortView ports in subject.Ports)
        {
            for (int port = ports.Start; port <= ports.End; port++)
            {
                Clear(bitmap, 0, port);
            }
        }

        return bitmap;
    }

    /// <summary>The MSR bitmap, one page: reads of low and high MSRs, then writes. MSRs outside of both ranges always exit.</summary>
    internal static byte[] Msr(SubjectView subject)
    {
        byte[] bitmap = Ones(1);
        foreach (MsrView range in subject.Msrs)
        {
            for (ulong msr = range.Start; msr <= range.End; msr++)
            {
                bool high = msr >= HighMsrs;
                int index = (int)(high ? msr - HighMsrs : msr);
                if (index >= MsrRange)
                {
                    continue;
                }

                int start = high ? HighOffset : 0;
                if (range.Read)
                {
                    Clear(bitmap, start, index);
                }

                if (range.Write)
                {
                    Clear(bitmap, start + WriteOffset, index);
                }
            }
        }

        return bitmap;
    }

    private static byte[] Ones(int pages)
    {
        byte[] bitmap = new byte[pages * (int)KernelLayout.PageSize];
        Array.Fill(bitmap, (byte)0xFF);
        return bitmap;
    }

    private static void Clear(byte[] bitmap, int start, int bit) => bitmap[start + (bit / 8)] &= (byte)~(1 << (bit % 8));
}
