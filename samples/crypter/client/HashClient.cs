// SPDX-License-Identifier: MIT
using System;

namespace Muen.Samples.Crypter.Client;

/// <summary>Asks the service: cuts messages into requests, keeps a window of them under way, waits for the answers.</summary>
struct HashClient
{
    static HashRequest s_request;

    ChannelWriter<HashRequest> _requests;
    ChannelReader<HashResponse> _responses;
    ulong _sent;
    ulong _answered;

    /// <param name="requests">To the service.</param>
    /// <param name="responses">From the service.</param>
    internal HashClient(ChannelWriter<HashRequest> requests, ChannelReader<HashResponse> responses)
    {
        _requests = requests;
        _responses = responses;
        _sent = 0;
        _answered = 0;
    }

    /// <summary>SHA-256 of a message.</summary>
    /// <returns><see cref="HashStatus.Done"/>, or why there is no digest.</returns>
    internal HashStatus Sha256(ReadOnlySpan<byte> message, out Digest digest) => Send(HashOperation.Sha256, message, out digest);

    /// <summary>HMAC-SHA-256 of a message.</summary>
    /// <inheritdoc cref="Sha256"/>
    internal HashStatus HmacSha256(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, out Digest digest)
    {
        HashStatus status = Send(HashOperation.SetKey, key, out digest);
        return status == HashStatus.Done ? Send(HashOperation.HmacSha256, message, out digest) : status;
    }

    /// <summary>Sends all parts; the answer to the last one counts, or the first that refuses.</summary>
    HashStatus Send(HashOperation operation, ReadOnlySpan<byte> data, out Digest digest)
    {
        HashFlags flags = HashFlags.First;
        HashStatus status = HashStatus.Accepted;
        digest = default;
        do
        {
            int length = Math.Min(data.Length, HashRequest.MaxLength);
            flags |= length == data.Length ? HashFlags.Last : HashFlags.None;
            while (_sent - _answered == HashRequest.Window)
            {
                Receive(ref status, ref digest);
            }
            s_request.Id = _sent;
            s_request.Operation = operation;
            s_request.Flags = flags;
            s_request.Length = (uint)length;
            data[..length].CopyTo(s_request.Data);
            _requests.Write(in s_request);
            _requests.Notify();
            _sent++;
            data = data[length..];
            flags &= ~HashFlags.First;
        }
        while ((flags & HashFlags.Last) == 0);
        while (_sent != _answered)
        {
            Receive(ref status, ref digest);
        }
        return status;
    }

    /// <summary>Waits for one answer. Answers come in order; the first refusal stays.</summary>
    void Receive(ref HashStatus status, ref Digest digest)
    {
        HashResponse response;
        while (_responses.Read(out response) == ReadResult.EpochChanged)
        {
            // The service has just opened its end.
        }
        if (response.Id != _answered)
        {
            Panic.Stop("the service answered another request");
        }
        _answered++;
        if (status == HashStatus.Accepted)
        {
            status = response.Status;
            digest = response.Digest;
        }
    }
}
