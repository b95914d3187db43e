// SPDX-License-Identifier: MIT
using System;
using System.Linq;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CsCheck;
using Muen.Samples.Crypter;
using Muen.Samples.Crypter.Client;
using Muen.Samples.Crypter.Intruder;
using Muen.Samples.Crypter.Service;
using Xunit;

namespace Muen.Tests;

/// <summary>The service's answers to clients that may send anything.</summary>
public class HashContextTests
{
    /// <summary>Requests as a hostile client makes them: mostly sensible, so that they get far.</summary>
    static readonly Gen<(uint Operation, uint Flags, uint Length, int Seed)> Requests = Gen.Select(
        Gen.Frequency((8, Gen.UInt[1, 3]), (1, Gen.UInt)),
        Gen.Frequency((8, Gen.UInt[0, 3]), (1, Gen.UInt)),
        Gen.Frequency((8, Gen.UInt[0, 200]), (4, Gen.UInt[4000, 4096]), (1, Gen.UInt[4097, uint.MaxValue])),
        Gen.Int);

    [Fact]
    public void Every_sequence_of_requests_gets_the_answers_of_the_model() =>
        Requests.Array[1, 40].Sample(
            requests =>
            {
                HashContext context = default;
                HashRequest request = default;
                HashResponse response = default;
                var model = new Model();
                ulong id = 0;
                foreach ((uint operation, uint flags, uint length, int seed) in requests)
                {
                    new Random(seed).NextBytes(request.Data);
                    request.Id = id++;
                    request.Operation = (HashOperation)operation;
                    request.Flags = (HashFlags)flags;
                    request.Length = length;
                    new Random(seed).NextBytes(Bytes(ref response));
                    context.Handle(ref request, ref response);
                    (HashStatus status, byte[] digest) = model.Handle(in request);
                    Assert.Equal(status, response.Status);
                    Assert.Equal(request.Id, response.Id);
                    Assert.Equal(0u, response.Reserved);
                    Assert.Equal(digest, ((ReadOnlySpan<byte>)response.Digest).ToArray());
                    if (model.IsIdle)
                    {
                        Assert.Equal(-1, Bytes(ref context).IndexOfAnyExcept((byte)0));
                    }
                }
            },
            iter: 1000);

    [Fact]
    public void The_key_is_there_while_it_is_needed_and_gone_afterwards()
    {
        byte[] key = [.. Enumerable.Range(1, 40).Select(i => (byte)i)];
        HashContext context = default;
        HashResponse response = default;
        HashRequest request = Request(HashOperation.SetKey, HashFlags.First, key);
        context.Handle(ref request, ref response);
        Assert.Equal(HashStatus.Accepted, response.Status);
        Assert.True(Bytes(ref context).IndexOf(key) >= 0, "the test looks for the key in the wrong way");

        request = Request(HashOperation.SetKey, HashFlags.Last, []);
        context.Handle(ref request, ref response);
        Assert.Equal(HashStatus.Done, response.Status);
        Assert.True(Bytes(ref context).IndexOf(key) < 0);

        request = Request(HashOperation.HmacSha256, HashFlags.Both, [1]);
        context.Handle(ref request, ref response);
        Assert.Equal(HashStatus.Done, response.Status);
        Assert.Equal(HMACSHA256.HashData(key, new byte[] { 1 }), ((ReadOnlySpan<byte>)response.Digest).ToArray());
        Assert.Equal(-1, Bytes(ref context).IndexOfAnyExcept((byte)0));

        request = Request(HashOperation.HmacSha256, HashFlags.Both, [1]);
        context.Handle(ref request, ref response);
        Assert.Equal(HashStatus.NoKey, response.Status);
    }

    [Fact]
    public void The_protocol_keeps_its_layout()
    {
        Assert.Equal(24 + 4096, Marshal.SizeOf<HashRequest>());
        Assert.Equal(48, Marshal.SizeOf<HashResponse>());
        Assert.Equal(128, Marshal.SizeOf<LogLine>());
        Assert.Equal(24, Marshal.OffsetOf<HashRequest>(nameof(HashRequest.Data)));
    }

    static HashRequest Request(HashOperation operation, HashFlags flags, byte[] data)
    {
        HashRequest request = default;
        request.Operation = operation;
        request.Flags = flags;
        request.Length = (uint)data.Length;
        data.CopyTo(request.Data);
        return request;
    }

    static Span<byte> Bytes<T>(ref T value)
        where T : unmanaged => MemoryMarshal.AsBytes(new Span<T>(ref value));

    /// <summary>What the service should answer, written with .NET's own hashes and whole messages.</summary>
    sealed class Model
    {
        byte[]? _message;
        byte[]? _partialKey;
        byte[]? _key;
        bool _authenticating;

        internal bool IsIdle => _message == null && _partialKey == null && _key == null;

        internal (HashStatus Status, byte[] Digest) Handle(in HashRequest request)
        {
            byte[] digest = new byte[32];
            HashStatus status = Answer(in request, ref digest);
            if (status is not HashStatus.Accepted && !(status == HashStatus.Done && request.Operation == HashOperation.SetKey))
            {
                Forget();
            }
            return (status, digest);
        }

        HashStatus Answer(in HashRequest request, ref byte[] digest)
        {
            if ((uint)request.Flags > 3)
            {
                return HashStatus.BadFlags;
            }
            if (request.Length > 4096)
            {
                return HashStatus.BadLength;
            }
            bool first = request.Flags.HasFlag(HashFlags.First);
            bool last = request.Flags.HasFlag(HashFlags.Last);
            byte[] part = ((ReadOnlySpan<byte>)request.Data)[..(int)request.Length].ToArray();
            switch (request.Operation)
            {
                case HashOperation.Sha256:
                    if (first)
                    {
                        Forget();
                        _message = [];
                    }
                    if (_message == null || _authenticating)
                    {
                        return HashStatus.NotStarted;
                    }
                    _message = [.. _message, .. part];
                    digest = last ? SHA256.HashData(_message) : digest;
                    return last ? HashStatus.Done : HashStatus.Accepted;
                case HashOperation.SetKey:
                    if (first)
                    {
                        Forget();
                        _partialKey = [];
                    }
                    if (_partialKey == null)
                    {
                        return HashStatus.NotStarted;
                    }
                    _partialKey = [.. _partialKey, .. part];
                    if (last)
                    {
                        _key = _partialKey;
                        _partialKey = null;
                    }
                    return last ? HashStatus.Done : HashStatus.Accepted;
                case HashOperation.HmacSha256:
                    if (first && (_key == null || _authenticating))
                    {
                        return HashStatus.NoKey;
                    }
                    if (!first && !_authenticating)
                    {
                        return HashStatus.NotStarted;
                    }
                    _message = first ? part : [.. _message!, .. part];
                    _authenticating = true;
                    digest = last ? HMACSHA256.HashData(_key!, _message) : digest;
                    return last ? HashStatus.Done : HashStatus.Accepted;
                default:
                    return HashStatus.BadOperation;
            }
        }

        void Forget()
        {
            _message = null;
            _partialKey = null;
            _key = null;
            _authenticating = false;
        }
    }
}
