// SPDX-License-Identifier: MIT
using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Muen;

/// <summary>How much an entry of the log matters.</summary>
public enum LogLevel : byte
{
    /// <summary>For who looks for a defect.</summary>
    Debug = 0,

    /// <summary>What happens as it should.</summary>
    Information = 1,

    /// <summary>What should not happen and is borne.</summary>
    Warning = 2,

    /// <summary>What failed.</summary>
    Error = 3,
}

/// <summary>
/// An entry of a log as it travels through a channel: level, time, and fields as text, <c>message="disk full" sector=512</c>. 256 bytes, any of which a writer that is not trusted may
/// have chosen: what is read from it here stays within it.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct LogRecord
{
    /// <summary>Identifies this layout in channels: "MuenLog" and version 1.</summary>
    public const ulong Protocol = 0x4D75_656E_4C6F_6701;

    /// <summary>Bytes of text that a record holds.</summary>
    public const int MaxText = 240;

    [InlineArray(MaxText)]
    struct TextBytes
    {
        byte _first;
    }

    internal ulong _time;
    internal ushort _length;
    internal LogLevel _level;
    internal byte _isTruncated;
    readonly uint _reserved;
    TextBytes _text;

    /// <summary>When it was written, in TSC ticks: the start of the writer's minor frame.</summary>
    public readonly ulong Time => _time;

    /// <summary>How much it matters; a level that is none counts as <see cref="LogLevel.Error"/>.</summary>
    public readonly LogLevel Level => _level > LogLevel.Error ? LogLevel.Error : _level;

    /// <summary>Whether fields were left out because the record was full.</summary>
    public readonly bool IsTruncated => _isTruncated != 0;

    /// <summary>The fields as text: keys and values as <see cref="LogEntry"/> writes them. From a writer that is not trusted, any bytes.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Text => ((ReadOnlySpan<byte>)_text)[..(_length > MaxText ? MaxText : _length)];

    /// <summary>Goes through the fields.</summary>
    [UnscopedRef]
    public readonly LogFields Fields => new(Text);

    [UnscopedRef]
    internal Span<byte> Room => _text;
}
