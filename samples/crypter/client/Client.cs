// SPDX-License-Identifier: MIT
using System;
using System.Runtime.CompilerServices;

namespace Muen.Samples.Crypter.Client;

/// <summary>
/// The client: owns the serial console and the files, asks the service for digests, and shows what the intruder says of itself. It trusts
/// neither of the two with anything but the answer.
/// </summary>
static class Client
{
    /// <summary>Bytes of the longest line that can be typed.</summary>
    const int LineLength = 4096;

    /// <summary>Lines of the intruder that are shown before this program turns to its own work again, however many there are.</summary>
    const int LogLinesAtOnce = 8;

    static LineBuffer s_line;

    internal static void Main()
    {
        SerialConsole console = new(Component.Devices.Console.Port, interrupt: true);
        Panic.ReportTo(console);
        HashClient service = new(Component.Channels.Request.Open(), Component.Channels.Response.Open());
        ChannelReader<LogLine> log = Component.Channels.IntruderLog.Open();

        console.WriteLine("client: files"u8);
        HashFiles(console, ref service);
        console.WriteLine("client: self check"u8);
        for (int i = 1; i <= Rfc4231.Cases; i++)
        {
            ReadOnlySpan<byte> verdict = Rfc4231.Run(ref service, i) ? "ok"u8 : "FAILED"u8;
            console.WriteLine($"hmac rfc4231 case {i}: {verdict}");
            ShowLog(console, ref log);
        }
        console.WriteLine("client: ready, try help"u8);
        LineReader lines = new(console, s_line, echo: true);
        Prompt(console);
        while (true)
        {
            if (lines.TryRead(out ReadOnlySpan<byte> line))
            {
                if (!Execute(console, ref service, line, lines.IsTruncated))
                {
                    break;
                }
                Prompt(console);
            }
            else if (ShowLog(console, ref log, newLine: true))
            {
                Prompt(console);
                lines.Redraw();
            }
            else
            {
                Interrupts.WaitForAny();
            }
        }

        // What the intruder has said so far, and not what it goes on to say.
        ulong pending = log.Pending;
        while (pending != 0 && ShowLogLine(console, ref log, newLine: false))
        {
            pending--;
        }
        console.WriteLine("demo: finished"u8);
        console.Flush();
        Component.Events.Poweroff.Trigger();
        Subject.SleepForever();
    }

    /// <summary>Prints a line for each file as sha256sum does.</summary>
    static void HashFiles(SerialConsole console, ref HashClient service)
    {
        TarReader archive = new(Component.Memory.Files.Bytes);
        while (archive.MoveNext())
        {
            HashStatus status = service.Sha256(archive.Content, out Digest digest);
            if (status != HashStatus.Done)
            {
                console.WriteLine($"error: status {(uint)status} for {archive.Name}");
                continue;
            }
            ReadOnlySpan<byte> separator = archive.Prefix.Length == 0 ? ""u8 : "/"u8;
            console.WriteLine($"{digest:x}  {archive.Prefix}{separator}{archive.Name}");
        }
        if (archive.IsDamaged)
        {
            console.WriteLine("error: the archive is damaged"u8);
        }
    }

    /// <summary>Does what a line says: a command, or text to hash.</summary>
    /// <returns>False for the end of the demo.</returns>
    static bool Execute(SerialConsole console, ref HashClient service, ReadOnlySpan<byte> line, bool truncated)
    {
        if (truncated)
        {
            console.WriteLine($"error: a line holds at most {LineLength} bytes");
        }
        else if (line.SequenceEqual("quit"u8))
        {
            return false;
        }
        else if (line.SequenceEqual("help"u8))
        {
            console.WriteLine("hmac KEY TEXT   HMAC-SHA-256 of the text; the key has no spaces"u8);
            console.WriteLine("help            this"u8);
            console.WriteLine("quit            ends the demo and powers the machine off"u8);
            console.WriteLine("anything else   SHA-256 of the line"u8);
        }
        else if (line.StartsWith("hmac "u8))
        {
            ReadOnlySpan<byte> arguments = line["hmac ".Length..];
            int space = arguments.IndexOf((byte)' ');
            ReadOnlySpan<byte> key = space < 0 ? arguments : arguments[..space];
            ReadOnlySpan<byte> text = space < 0 ? default : arguments[(space + 1)..];
            Show(console, "hmac"u8, service.HmacSha256(key, text, out Digest digest), in digest);
        }
        else
        {
            Show(console, "sha256"u8, service.Sha256(line, out Digest digest), in digest);
        }
        return true;
    }

    static void Show(SerialConsole console, ReadOnlySpan<byte> name, HashStatus status, in Digest digest)
    {
        if (status == HashStatus.Done)
        {
            console.WriteLine($"{name}: {digest:x}");
        }
        else
        {
            console.WriteLine($"error: status {(uint)status}");
        }
    }

    /// <summary>Shows the intruder's next lines.</summary>
    /// <param name="console">Where.</param>
    /// <param name="log">The intruder's log.</param>
    /// <param name="newLine">Whether something stands on the console's line already.</param>
    /// <returns>Whether there were any, or news about the channel.</returns>
    static bool ShowLog(SerialConsole console, ref ChannelReader<LogLine> log, bool newLine = false)
    {
        int count = 0;
        while (count < LogLinesAtOnce && ShowLogLine(console, ref log, newLine && count == 0))
        {
            count++;
        }
        return count != 0;
    }

    static bool ShowLogLine(SerialConsole console, ref ChannelReader<LogLine> log, bool newLine)
    {
        ReadResult result = log.TryRead(out LogLine line);
        if (result is ReadResult.NoData or ReadResult.Inactive or ReadResult.Incompatible)
        {
            return false;
        }
        if (newLine)
        {
            console.WriteLine();
        }
        if (result == ReadResult.Success)
        {
            Span<byte> text = LogLine.TextOf(ref line);
            Text.MakePrintable(text);
            console.WriteLine($"intruder: {text}");
        }
        else if (result == ReadResult.Overrun)
        {
            console.WriteLine("intruder: (lines lost)"u8);
        }
        return true;
    }

    static void Prompt(SerialConsole console) => console.Write("> "u8);

    [InlineArray(LineLength)]
    struct LineBuffer
    {
        byte _first;
    }
}
