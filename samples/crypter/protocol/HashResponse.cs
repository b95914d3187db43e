// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace Muen.Samples.Crypter;

/// <summary>How the service answers a request.</summary>
enum HashStatus : uint
{
    None = 0,

    /// <summary>The part was taken; more is expected.</summary>
    Accepted = 1,

    /// <summary>The last part of a message: the digest is in the response. Of a key: the key is ready.</summary>
    Done = 2,

    /// <summary>No such operation.</summary>
    BadOperation = 3,

    /// <summary>Flags without a meaning.</summary>
    BadFlags = 4,

    /// <summary>More bytes than a request holds.</summary>
    BadLength = 5,

    /// <summary>A part that continues nothing: its beginning was never sent, was refused, or was lost when the channel overran.</summary>
    NotStarted = 6,

    /// <summary>An HMAC without a key.</summary>
    NoKey = 7,
}

/// <summary>An element of the response channel. After any answer but Accepted and Done the service has forgotten message and key.</summary>
[StructLayout(LayoutKind.Sequential)]
struct HashResponse
{
    /// <summary>Identifier of this element type.</summary>
    internal const ulong Protocol = 0x2F86_D0B9_17EC_43A5;

    /// <summary><see cref="HashRequest.Id"/> of the request.</summary>
    internal ulong Id;
    internal HashStatus Status;
    internal uint Reserved;

    /// <summary>The digest when a message is done; zeros else.</summary>
    internal Digest Digest;
}
