// SPDX-License-Identifier: MIT
using System;
using System.Runtime.CompilerServices;

namespace Muen.Samples.Crypter.Service;

/// <summary>HMAC-SHA-256 (RFC 2104) over a key and a message that come in parts, both of any length.</summary>
struct Hmac
{
    const byte InnerPad = 0x36;
    const byte OuterPad = 0x5C;

    /// <summary>Over the key, while it comes in; then over the inner padded key and the message.</summary>
    Sha256 _inner;

    /// <summary>Over the outer padded key and the inner digest.</summary>
    Sha256 _outer;

    /// <summary>The key while it comes in: what fits of it.</summary>
    PaddedKey _key;
    ulong _keyLength;

    /// <summary>Begins a key.</summary>
    internal void StartKey()
    {
        ((Span<byte>)_key).Clear();
        _keyLength = 0;
        _inner.Start();
    }

    /// <summary>Adds a part of the key.</summary>
    internal void AppendKey(ReadOnlySpan<byte> part)
    {
        _inner.Append(part);
        if (_keyLength < Sha256.BlockSize)
        {
            Span<byte> room = ((Span<byte>)_key)[(int)_keyLength..];
            part[..Math.Min(part.Length, room.Length)].CopyTo(room);
        }
        _keyLength = unchecked(_keyLength + (ulong)part.Length);
    }

    /// <summary>Ends the key and begins the message. A key longer than a block is replaced by its digest.</summary>
    internal void FinishKey()
    {
        Span<byte> key = _key;
        if (_keyLength > Sha256.BlockSize)
        {
            key.Clear();
            _inner.Finish(key);
        }
        Xor(key, InnerPad);
        _inner.Start();
        _inner.Append(key);
        Xor(key, InnerPad ^ OuterPad);
        _outer.Start();
        _outer.Append(key);
        Secret.Clear(ref _key);
    }

    /// <summary>Adds a part of the message.</summary>
    internal void Append(ReadOnlySpan<byte> part) => _inner.Append(part);

    /// <summary>Ends the message.</summary>
    /// <param name="digest">Receives 32 bytes.</param>
    internal void Finish(Span<byte> digest)
    {
        _inner.Finish(digest);
        _outer.Append(digest[..Digest.Size]);
        _outer.Finish(digest);
    }

    static void Xor(Span<byte> key, byte pad)
    {
        for (int i = 0; i < key.Length; i++)
        {
            key[i] ^= pad;
        }
    }

    [InlineArray(Sha256.BlockSize)]
    struct PaddedKey
    {
        byte _first;
    }
}
