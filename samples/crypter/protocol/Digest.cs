// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Muen.Samples.Crypter;

/// <summary>A SHA-256 digest, or an HMAC-SHA-256: 32 bytes.</summary>
[InlineArray(Size)]
struct Digest
{
    internal const int Size = 32;

    byte _first;
}
