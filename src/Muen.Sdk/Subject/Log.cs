// SPDX-License-Identifier: MIT
using System;

namespace Muen;

/// <summary>
/// A log of entries with a level and fields, in a channel of <see cref="LogRecord"/>. Writing never waits; a reader that is too slow loses the oldest entries and is told so
/// (<see cref="ReadResult.Overrun"/>). Who reads it opens the channel with <see cref="OpenReader"/>.
/// </summary>
/// <remarks>A mutable value that holds the position: keep it in one place and pass it by <c>ref</c>.</remarks>
public struct Log
{
    ChannelWriter<LogRecord> _channel;

    /// <summary>The least level that is written; others are dropped.</summary>
    public LogLevel Least { get; set; }

    /// <summary>Opens a log to write.</summary>
    /// <param name="name">Logical name of the channel (ASCII). One that is not there, or read-only, is a <see cref="Panic"/>.</param>
    /// <param name="least">The least level that is written.</param>
    public static Log Open(ReadOnlySpan<byte> name, LogLevel least = LogLevel.Information) =>
        new() { _channel = Channel.OpenWriter<LogRecord>(name, LogRecord.Protocol), Least = least };

    /// <summary>Opens a log to read.</summary>
    /// <param name="name">Logical name of the channel (ASCII). One that is not there is a <see cref="Panic"/>.</param>
    public static ChannelReader<LogRecord> OpenReader(ReadOnlySpan<byte> name) => Channel.OpenReader<LogRecord>(name, LogRecord.Protocol);

    /// <summary>Writes an entry and announces it, if its level is enough. A default value of this type writes nothing.</summary>
    /// <param name="entry">The entry; copied.</param>
    public void Write(in LogEntry entry)
    {
        LogRecord record = entry.Record;
        if (record.Level >= Least)
        {
            _channel.Write(in record);
            _channel.Notify();
        }
    }

    /// <summary>Writes an entry that is a message only.</summary>
    /// <param name="level">How much it matters.</param>
    /// <param name="message">What happened (UTF-8).</param>
    public void Write(LogLevel level, ReadOnlySpan<byte> message)
    {
        if (level >= Least)
        {
            var entry = new LogEntry(level, message);
            Write(in entry);
        }
    }
}
