// SPDX-License-Identifier: MIT
using System;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Muen.Samples.Crypter.Service;

/// <summary>SHA-256 over a message that comes in parts (FIPS 180-4, 6.2). Constant work for a given length, no table looked up by data.</summary>
struct Sha256
{
    /// <summary>Bytes of a block.</summary>
    internal const int BlockSize = 64;

    /// <summary>Offset of the message's length in the last block.</summary>
    const int LengthOffset = BlockSize - sizeof(ulong);

    const int Rounds = 64;

    State _state;
    Block _block;

    /// <summary>The block being worked on, expanded. Kept here and not on the stack, so that it is zeroed with the rest.</summary>
    Schedule _schedule;

    /// <summary>Bytes of the message so far.</summary>
    ulong _length;

    /// <summary>The constants of FIPS 180-4, 4.2.2.</summary>
    static ReadOnlySpan<uint> RoundConstants =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    /// <summary>Begins a message (FIPS 180-4, 5.3.3).</summary>
    internal void Start()
    {
        _state[0] = 0x6a09e667;
        _state[1] = 0xbb67ae85;
        _state[2] = 0x3c6ef372;
        _state[3] = 0xa54ff53a;
        _state[4] = 0x510e527f;
        _state[5] = 0x9b05688c;
        _state[6] = 0x1f83d9ab;
        _state[7] = 0x5be0cd19;
        _length = 0;
    }

    /// <summary>Adds a part of the message.</summary>
    internal void Append(ReadOnlySpan<byte> data)
    {
        int used = (int)(_length % BlockSize);
        _length = unchecked(_length + (ulong)data.Length);
        while (data.Length != 0)
        {
            Span<byte> room = ((Span<byte>)_block)[used..];
            int part = Math.Min(room.Length, data.Length);
            data[..part].CopyTo(room);
            data = data[part..];
            used += part;
            if (used == BlockSize)
            {
                Compress();
                used = 0;
            }
        }
    }

    /// <summary>Ends the message (FIPS 180-4, 5.1.1): a one bit, zeros, and its length in bits.</summary>
    /// <param name="digest">Receives 32 bytes.</param>
    internal void Finish(Span<byte> digest)
    {
        Span<byte> block = _block;
        int used = (int)(_length % BlockSize);
        block[used] = 0x80;
        block[(used + 1)..].Clear();
        if (used >= LengthOffset)
        {
            Compress();
            block.Clear();
        }
        BinaryPrimitives.WriteUInt64BigEndian(block[LengthOffset..], unchecked(_length * 8));
        Compress();
        for (int i = 0; i < State.Words; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(digest[(4 * i)..], _state[i]);
        }
    }

    /// <summary>One block (FIPS 180-4, 6.2.2).</summary>
    void Compress()
    {
        Span<uint> w = _schedule;
        ReadOnlySpan<byte> block = _block;
        for (int t = 0; t < 16; t++)
        {
            w[t] = BinaryPrimitives.ReadUInt32BigEndian(block[(4 * t)..]);
        }
        unchecked
        {
            for (int t = 16; t < Rounds; t++)
            {
                uint x = w[t - 15];
                uint y = w[t - 2];
                uint sigma0 = BitOperations.RotateRight(x, 7) ^ BitOperations.RotateRight(x, 18) ^ (x >> 3);
                uint sigma1 = BitOperations.RotateRight(y, 17) ^ BitOperations.RotateRight(y, 19) ^ (y >> 10);
                w[t] = sigma1 + w[t - 7] + sigma0 + w[t - 16];
            }
            uint a = _state[0], b = _state[1], c = _state[2], d = _state[3];
            uint e = _state[4], f = _state[5], g = _state[6], h = _state[7];
            for (int t = 0; t < Rounds; t++)
            {
                uint sum1 = BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11) ^ BitOperations.RotateRight(e, 25);
                uint t1 = h + sum1 + ((e & f) ^ (~e & g)) + RoundConstants[t] + w[t];
                uint sum0 = BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13) ^ BitOperations.RotateRight(a, 22);
                uint t2 = sum0 + ((a & b) ^ (a & c) ^ (b & c));
                h = g;
                g = f;
                f = e;
                e = d + t1;
                d = c;
                c = b;
                b = a;
                a = t1 + t2;
            }
            _state[0] += a;
            _state[1] += b;
            _state[2] += c;
            _state[3] += d;
            _state[4] += e;
            _state[5] += f;
            _state[6] += g;
            _state[7] += h;
        }
    }

    [InlineArray(Words)]
    struct State
    {
        internal const int Words = 8;

        uint _first;
    }

    [InlineArray(BlockSize)]
    struct Block
    {
        byte _first;
    }

    [InlineArray(Rounds)]
    struct Schedule
    {
        uint _first;
    }
}
