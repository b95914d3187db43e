// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace Muen.Abi;

/// <summary>Head of an SHMStream v2 channel: 64 bytes, then packed elements (ABI, SHMStream).</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public struct ChannelHeader
{
    public const int Size = 64;
    public const ulong ExpectedTransport = 0x4873_12B6_B79A_9B6D;

    public ulong Transport;

    /// <summary>0 while the channel is inactive; changes whenever the writer starts anew.</summary>
    public ulong Epoch;

    /// <summary>Identifier of the element type, agreed on by both sides.</summary>
    public ulong Protocol;

    /// <summary>Bytes of an element.</summary>
    public ulong ElementSize;
    public ulong ElementCount;
    public ulong Reserved;

    /// <summary>WSC: elements whose writing has begun.</summary>
    public ulong WriteStart;

    /// <summary>WC: elements written.</summary>
    public ulong Written;
}
