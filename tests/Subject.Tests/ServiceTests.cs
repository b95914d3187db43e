// SPDX-License-Identifier: MIT
using System;
using System.Security.Cryptography;
using System.Threading;
using Muen.Abi;
using Muen.Samples.Crypter;
using Muen.Samples.Crypter.Client;
using Muen.Samples.Crypter.Intruder;
using Muen.Samples.Crypter.Service;
using Muen.Tests.Machine;
using Xunit;

namespace Muen.Tests;

/// <summary>The client's side against the service's own program, each on a thread, over real channels and interrupts.</summary>
public sealed class ServiceTests : IDisposable
{
    readonly DemoSystem _system = new();

    public void Dispose() => _system.Dispose();

    [Fact]
    public void Digests_of_any_message_and_key_come_through_the_channels()
    {
        _system.Start(_system.Crypter, Crypter.Main);
        _system.Client.Enter();
        HashClient client = new(
            Channel.OpenWriter<HashRequest>("request"u8, HashRequest.Protocol), Channel.OpenReader<HashResponse>("response"u8, HashResponse.Protocol));
        for (int i = 1; i <= Rfc4231.Cases; i++)
        {
            Assert.True(Rfc4231.Run(ref client, i), $"case {i}");
        }
        Assert.False(Rfc4231.Run(ref client, Rfc4231.Cases + 1));
        var random = new Random(1);
        for (int i = 0; i < 60; i++)
        {
            byte[] message = new byte[i < 8 ? i * HashRequest.MaxLength : random.Next(200_000)];
            byte[] key = new byte[random.Next(10_000)];
            random.NextBytes(message);
            random.NextBytes(key);
            Assert.Equal(HashStatus.Done, client.Sha256(message, out Digest digest));
            Assert.Equal(SHA256.HashData(message), ((ReadOnlySpan<byte>)digest).ToArray());
            Assert.Equal(HashStatus.Done, client.HmacSha256(key, message, out digest));
            Assert.Equal(HMACSHA256.HashData(key, message), ((ReadOnlySpan<byte>)digest).ToArray());
        }
    }

    [Fact]
    public void A_client_that_floods_the_channel_gets_statuses_and_never_a_wrong_digest()
    {
        _system.Start(_system.Crypter, Crypter.Main);
        _system.Client.Enter();
        ChannelWriter<HashRequest> requests = Channel.OpenWriter<HashRequest>("request"u8, HashRequest.Protocol);
        ChannelReader<HashResponse> responses = Channel.OpenReader<HashResponse>("response"u8, HashResponse.Protocol);
        byte[] message = new byte[100 * 64];
        new Random(2).NextBytes(message);
        byte[] right = SHA256.HashData(message);
        int done = 0;
        for (int round = 0; round < 30; round++)
        {
            for (int part = 0; part < 100; part++)
            {
                HashRequest request = default;
                request.Operation = HashOperation.Sha256;
                request.Flags = (part == 0 ? HashFlags.First : 0) | (part == 99 ? HashFlags.Last : 0);
                request.Length = 64;
                message.AsSpan(part * 64, 64).CopyTo(request.Data);
                requests.Write(in request);
                requests.Notify();
                if (round % 3 == 0)
                {
                    Thread.Sleep(part % 8 == 0 ? 1 : 0);
                }
            }
            Thread.Sleep(5);
            ReadResult result;
            while ((result = responses.TryRead(out HashResponse response)) != ReadResult.NoData)
            {
                if (result == ReadResult.Success && response.Status == HashStatus.Done)
                {
                    Assert.Equal(right, ((ReadOnlySpan<byte>)response.Digest).ToArray());
                    done++;
                }
                else if (result == ReadResult.Success)
                {
                    Assert.True(response.Status is HashStatus.Accepted or HashStatus.NotStarted);
                }
            }
        }

        // It still serves.
        HashClient client = new(Channel.OpenWriter<HashRequest>("request"u8, HashRequest.Protocol), responses);
        Thread.Sleep(20);
        Assert.Equal(HashStatus.Done, client.Sha256("abc"u8, out Digest digest));
        Assert.Equal(SHA256.HashData("abc"u8), ((ReadOnlySpan<byte>)digest).ToArray());
        Assert.InRange(done, 0, 30);
    }
}
