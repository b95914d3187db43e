// SPDX-License-Identifier: MIT
using System;
using System.Runtime.CompilerServices;
using Muen.Abi;

namespace Muen.Samples.Terminals;

/// <summary>A terminal's subject: the channel that its text comes by, and the one that its keys go by. Either may be missing.</summary>
struct Link
{
    /// <summary>64-bit words of a set of key codes.</summary>
    const int DownWords = 8;

    ChannelReader<TerminalText> _text;
    ChannelWriter<KeyStroke> _keys;
    bool _hasText;
    bool _hasKeys;

    /// <summary>Where the subject's name stands in the subject information, or -1.</summary>
    int _resource;
    int _prefixLength;

    /// <summary>Keys that have gone down here and not yet up.</summary>
    DownKeys _down;

    /// <summary>The name that the policy gives to the terminal's subject; empty when there is none.</summary>
    internal readonly ReadOnlySpan<byte> Name => _resource < 0 ? default : SubjectInfo.Own[_resource].Name[_prefixLength..];

    /// <summary>Opens the channels that the policy has for a terminal.</summary>
    /// <param name="index">0 for the first terminal.</param>
    internal void Open(int index)
    {
        _resource = -1;
        _hasText = false;
        _hasKeys = false;
        _down = default;
        SubjectInfo info = SubjectInfo.Own;
        for (int i = 0; i < info.ResourceCount; i++)
        {
            SubjectResource resource = info[i];
            if (resource.Kind != ResourceKind.Memory)
            {
                continue;
            }
            if (IsFor(resource.Name, "terminal"u8, index))
            {
                _text = Channel.OpenReader<TerminalText>(resource.Name, TerminalText.Protocol);
                _hasText = true;
                _resource = i;
                _prefixLength = "terminalN_"u8.Length;
            }
            else if (IsFor(resource.Name, "keys"u8, index))
            {
                _keys = Channel.OpenWriter<KeyStroke>(resource.Name, KeyStroke.Protocol);
                _hasKeys = true;
            }
        }
    }

    /// <summary>Takes the next piece of text.</summary>
    internal ReadResult TryRead(out TerminalText text)
    {
        Unsafe.SkipInit(out text);
        return _hasText ? _text.TryRead(out text) : ReadResult.Inactive;
    }

    /// <summary>Sends a key. One that goes up is sent only if it went down here: its going down may have been for another terminal.</summary>
    internal void Send(in KeyStroke key)
    {
        int word = (key.Code >> 6) % DownWords;
        ulong bit = 1UL << (key.Code & 63);
        if (key.IsReleased && (_down[word] & bit) == 0)
        {
            return;
        }
        _down[word] = key.IsReleased ? _down[word] & ~bit : _down[word] | bit;
        if (_hasKeys)
        {
            _keys.Write(in key);
            _keys.Notify();
        }
    }

    /// <summary>All keys go up: whoever is not seen any more does not learn when they really do.</summary>
    internal void ReleaseAll()
    {
        for (int code = 0; code < DownWords * 64; code++)
        {
            KeyStroke key = default;
            key.Code = (ushort)code;
            key.Flags = KeyFlags.Released;
            Send(in key);
        }
    }

    static bool IsFor(ReadOnlySpan<byte> name, ReadOnlySpan<byte> prefix, int index) =>
        name.Length > prefix.Length + 2 && name.StartsWith(prefix) && name[prefix.Length] == '1' + index && name[prefix.Length + 1] == '_';

    [InlineArray(DownWords)]
    struct DownKeys
    {
        ulong _first;
    }
}
