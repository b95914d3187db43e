// SPDX-License-Identifier: MIT
using System;
using System.Security.Cryptography;
using CsCheck;
using Muen.Samples.Crypter;
using Muen.Samples.Crypter.Client;
using Muen.Samples.Crypter.Intruder;
using Muen.Samples.Crypter.Service;
using Xunit;

namespace Muen.Tests;

/// <summary>The service's SHA-256 and HMAC against those of .NET.</summary>
public class Sha256Tests
{
    static readonly Gen<byte[]> Messages = Gen.Byte.Array[0, 16 * 1024];

    [Fact]
    public void Every_length_up_to_300_equals_dotnet()
    {
        for (int length = 0; length <= 300; length++)
        {
            byte[] message = new byte[length];
            new Random(length).NextBytes(message);
            Assert.Equal(SHA256.HashData(message), Hash(message, [length]));
        }
    }

    [Fact]
    public void Random_messages_in_random_parts_equal_dotnet() =>
        Gen.Select(Messages, Gen.Int[1, 5000].Array[1, 40]).Sample(
            (message, parts) => Assert.Equal(SHA256.HashData(message), Hash(message, parts)), iter: 300);

    [Fact]
    public void Hmac_of_random_keys_and_messages_in_random_parts_equals_dotnet() =>
        Gen.Select(Gen.Byte.Array[0, 300], Messages, Gen.Int[1, 200].Array[1, 20], Gen.Int[1, 5000].Array[1, 20]).Sample(
            (key, message, keyParts, parts) => Assert.Equal(HMACSHA256.HashData(key, message), Authenticate(key, message, keyParts, parts)),
            iter: 300);

    [Fact]
    public void Every_key_length_around_a_block_equals_dotnet()
    {
        byte[] message = [1, 2, 3];
        for (int length = 0; length <= 200; length++)
        {
            byte[] key = new byte[length];
            new Random(length).NextBytes(key);
            Assert.Equal(HMACSHA256.HashData(key, message), Authenticate(key, message, [7], [2]));
        }
    }

    [Fact]
    public void A_hash_can_be_used_again_after_it_finished()
    {
        Sha256 hash = default;
        byte[] digest = new byte[32];
        for (int i = 0; i < 3; i++)
        {
            hash.Start();
            hash.Append("abc"u8);
            hash.Finish(digest);
            Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", Convert.ToHexStringLower(digest));
        }
    }

    static byte[] Hash(byte[] message, int[] parts)
    {
        Sha256 hash = default;
        hash.Start();
        int at = 0;
        for (int i = 0; at < message.Length; i++)
        {
            int part = Math.Min(parts[i % parts.Length], message.Length - at);
            hash.Append(message.AsSpan(at, part));
            at += part;
        }
        byte[] digest = new byte[32];
        hash.Finish(digest);
        return digest;
    }

    static byte[] Authenticate(byte[] key, byte[] message, int[] keyParts, int[] parts)
    {
        Hmac hmac = default;
        hmac.StartKey();
        int at = 0;
        for (int i = 0; at < key.Length; i++)
        {
            int part = Math.Min(keyParts[i % keyParts.Length], key.Length - at);
            hmac.AppendKey(key.AsSpan(at, part));
            at += part;
        }
        hmac.FinishKey();
        at = 0;
        for (int i = 0; at < message.Length; i++)
        {
            int part = Math.Min(parts[i % parts.Length], message.Length - at);
            hmac.Append(message.AsSpan(at, part));
            at += part;
        }
        byte[] digest = new byte[32];
        hmac.Finish(digest);
        return digest;
    }
}
