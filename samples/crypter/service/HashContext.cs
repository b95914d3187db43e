// SPDX-License-Identifier: MIT
using System;

namespace Muen.Samples.Crypter.Service;

/// <summary>
/// What the service remembers for one channel between two requests: at most one message or key under way. The client is not trusted:
/// whatever a request holds, the answer is a status. Whenever a message is done or a request refused, everything is zeroed.
/// </summary>
struct HashContext
{
    /// <summary>What the next request may go on with.</summary>
    enum Stage
    {
        Idle = 0,
        Hashing,
        TakingKey,
        KeyReady,
        Authenticating,
    }

    Stage _stage;
    Sha256 _sha256;
    Hmac _hmac;

    /// <summary>Forgets message and key.</summary>
    internal void Reset() => Secret.Clear(ref this);

    /// <summary>Answers a request.</summary>
    /// <param name="request">The request, as a copy that its sender cannot change any more.</param>
    /// <param name="response">Receives the answer, all of it.</param>
    internal void Handle(ref HashRequest request, ref HashResponse response)
    {
        Secret.Clear(ref response);
        response.Id = request.Id;
        response.Status = Check(in request);
        if (response.Status == HashStatus.None)
        {
            response.Status = Take(ref request, response.Digest);
        }
        bool keyTaken = response.Status == HashStatus.Done && _stage == Stage.KeyReady;
        if (response.Status != HashStatus.Accepted && !keyTaken)
        {
            Reset();
        }
    }

    static HashStatus Check(in HashRequest request) =>
        (request.Flags & ~HashFlags.Both) != 0 ? HashStatus.BadFlags
        : request.Length > HashRequest.MaxLength ? HashStatus.BadLength
        : HashStatus.None;

    HashStatus Take(ref HashRequest request, Span<byte> digest)
    {
        bool first = (request.Flags & HashFlags.First) != 0;
        bool last = (request.Flags & HashFlags.Last) != 0;
        ReadOnlySpan<byte> part = ((Span<byte>)request.Data)[..(int)request.Length];
        return request.Operation switch
        {
            HashOperation.Sha256 => TakeMessage(part, first, last, digest),
            HashOperation.SetKey => TakeKey(part, first, last),
            HashOperation.HmacSha256 => Authenticate(part, first, last, digest),
            _ => HashStatus.BadOperation,
        };
    }

    HashStatus TakeMessage(ReadOnlySpan<byte> part, bool first, bool last, Span<byte> digest)
    {
        if (first)
        {
            Reset();
            _sha256.Start();
            _stage = Stage.Hashing;
        }
        else if (_stage != Stage.Hashing)
        {
            return HashStatus.NotStarted;
        }
        _sha256.Append(part);
        if (!last)
        {
            return HashStatus.Accepted;
        }
        _sha256.Finish(digest);
        return HashStatus.Done;
    }

    HashStatus TakeKey(ReadOnlySpan<byte> part, bool first, bool last)
    {
        if (first)
        {
            Reset();
            _hmac.StartKey();
            _stage = Stage.TakingKey;
        }
        else if (_stage != Stage.TakingKey)
        {
            return HashStatus.NotStarted;
        }
        _hmac.AppendKey(part);
        if (!last)
        {
            return HashStatus.Accepted;
        }
        _hmac.FinishKey();
        _stage = Stage.KeyReady;
        return HashStatus.Done;
    }

    HashStatus Authenticate(ReadOnlySpan<byte> part, bool first, bool last, Span<byte> digest)
    {
        if (first ? _stage != Stage.KeyReady : _stage != Stage.Authenticating)
        {
            return first ? HashStatus.NoKey : HashStatus.NotStarted;
        }
        _stage = Stage.Authenticating;
        _hmac.Append(part);
        if (!last)
        {
            return HashStatus.Accepted;
        }
        _hmac.Finish(digest);
        return HashStatus.Done;
    }
}
