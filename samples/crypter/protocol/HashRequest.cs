// SPDX-License-Identifier: MIT
using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Muen.Samples.Crypter;

/// <summary>What a client asks of the service with one element of the channel.</summary>
enum HashOperation : uint
{
    None = 0,

    /// <summary>The data are a part of a message to hash.</summary>
    Sha256 = 1,

    /// <summary>The data are a part of the key of the next HMAC. A key serves one message.</summary>
    SetKey = 2,

    /// <summary>The data are a part of a message to authenticate with the key.</summary>
    HmacSha256 = 3,
}

/// <summary>Which part of a message or key a request carries. A short one is both.</summary>
[Flags]
enum HashFlags : uint
{
    None = 0,
    First = 1,
    Last = 2,
    Both = First | Last,
}

/// <summary>
/// An element of the request channel: up to 4 KiB of a message or key of any length. A client sends the parts in order and may have
/// <see cref="Window"/> requests under way; each is answered by a <see cref="HashResponse"/>, in order.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
struct HashRequest
{
    /// <summary>Identifier of this element type.</summary>
    internal const ulong Protocol = 0x9D3C_71E4_5A08_B6F1;

    /// <summary>Bytes of <see cref="Data"/>.</summary>
    internal const int MaxLength = 4096;

    /// <summary>Requests that a client may have under way; channel `request` must hold more of them than this.</summary>
    internal const int Window = 8;

    /// <summary>Comes back in the response.</summary>
    internal ulong Id;
    internal HashOperation Operation;
    internal HashFlags Flags;

    /// <summary>Bytes in use, 0..<see cref="MaxLength"/>.</summary>
    internal uint Length;
    internal uint Reserved;
    internal RequestData Data;
}

/// <summary>Room for the part of a message or key that one request carries.</summary>
[InlineArray(HashRequest.MaxLength)]
struct RequestData
{
    byte _first;
}
