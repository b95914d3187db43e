// SPDX-License-Identifier: MIT
using System;
using System.Formats.Tar;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using Muen.Samples.Crypter;
using Muen.Samples.Crypter.Client;
using Muen.Samples.Crypter.Intruder;
using Muen.Samples.Crypter.Service;
using Muen.Tests.Machine;
using Xunit;

namespace Muen.Tests;

/// <summary>The whole demo on ordinary .NET: the programs of its three subjects, as they are.</summary>
public unsafe class DemoTests
{
    static readonly byte[] Text = [.. Enumerable.Range(0, 35_149).Select(i => (byte)(i % 251))];

    static byte[] Archive()
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true))
        {
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "docs/text") { DataStream = new MemoryStream(Text) });
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "empty") { DataStream = new MemoryStream() });
        }
        return stream.ToArray();
    }

    [Fact]
    public void The_transcript_shows_digests_and_an_intruder_that_is_stopped_each_time()
    {
        string[] lines = Run("help\rhello world\r\rhmac key some text\rhmac key\rquit\r", letsPass: false, Archive(), out string[] exits);
        Assert.Equal($"{Convert.ToHexStringLower(SHA256.HashData(Text))}  docs/text", lines[1]);
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  empty", lines[2]);
        Assert.Equal("client: self check", lines[3]);
        Assert.Equal(Enumerable.Range(1, 7).Select(i => $"hmac rfc4231 case {i}: ok"), lines.Where(l => l.StartsWith("hmac rfc4231 ", StringComparison.Ordinal)));
        Assert.Contains("sha256: " + Convert.ToHexStringLower(SHA256.HashData("hello world"u8)), lines);
        Assert.Contains("sha256: " + Convert.ToHexStringLower(SHA256.HashData([])), lines);
        Assert.Contains("hmac: " + Convert.ToHexStringLower(HMACSHA256.HashData("key"u8, "some text"u8)), lines);
        Assert.Contains("hmac: " + Convert.ToHexStringLower(HMACSHA256.HashData("key"u8, ""u8)), lines);
        Assert.Equal(["demo: finished", ""], lines[^2..]);

        // As many attempts as exits, numbered without a gap, and none passed.
        string[] intruder = [.. lines.Where(l => l.StartsWith("intruder: ", StringComparison.Ordinal)).Select(l => l["intruder: ".Length..])];
        Assert.True(exits.Length + 3 == intruder.Length, string.Join("\n", exits) + "\n" + string.Join("\n", intruder));
        Assert.True(exits.Length >= 50);
        for (int i = 0; i < exits.Length; i++)
        {
            Assert.StartsWith($"attempt {i + 1}: ", intruder[i], StringComparison.Ordinal);
        }
        Assert.Equal($"finished: {exits.Length} attempts, 0 not stopped", intruder[^1]);
        Assert.Equal(exits.Length, exits.Distinct().Count());

        // The list by which the demo judges the kernel names the same attempts.
        string[] expected = [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "expected.txt")).Where(l => !l.StartsWith('#'))];
        Assert.Equal(expected.Select(l => l.Split(" | ")[1]), intruder[..exits.Length].Select(l => l[(l.IndexOf(':', StringComparison.Ordinal) + 2)..]));
        Assert.All(expected, l => Assert.Matches("^trap [0-9]+ .* [|] ", l));
    }

    [Fact]
    public void A_kernel_that_lets_everything_pass_is_found_out()
    {
        string[] lines = Run("quit\r", letsPass: true, Archive(), out string[] exits);
        Assert.Empty(exits);
        int passed = lines.Count(l => l.EndsWith(": NOT STOPPED", StringComparison.Ordinal));
        Assert.True(passed >= 50);
        Assert.Contains($"intruder: finished: {passed} attempts, {passed} not stopped", lines);
    }

    [Fact]
    public void A_damaged_archive_is_said_to_be_one()
    {
        byte[] archive = Archive();
        archive[130] = (byte)'9';
        Assert.Contains("error: the archive is damaged", Run("quit\r", letsPass: false, archive, out _));
    }

    [Fact]
    public void What_an_intruder_writes_cannot_move_the_cursor()
    {
        using var system = new DemoSystem(Archive());
        system.Intruder.Enter();
        ChannelWriter<LogLine> log = Channel.OpenWriter<LogLine>("intruder_log"u8, LogLine.Protocol);
        LogLine line = default;
        ((Span<byte>)line.Text).Fill(0x1B);
        line.Length = uint.MaxValue;
        log.Write(in line);
        line.Length = 3;
        log.Write(in line);
        string[] lines = Run(system, "quit\r");
        Assert.Contains("intruder: " + new string('?', 124), lines);
        Assert.Contains("intruder: ???", lines);
    }

    [Fact]
    public void An_intruder_that_never_stops_talking_keeps_nobody_from_the_work()
    {
        using var system = new DemoSystem(Archive());
        bool enough = false;
        system.Start(system.Intruder, () =>
        {
            ChannelWriter<LogLine> log = Channel.OpenWriter<LogLine>("intruder_log"u8, LogLine.Protocol);
            LogLine line = default;
            line.Length = 1;
            while (!Volatile.Read(ref enough))
            {
                log.Write(in line);
            }
            throw new ExitException("stopped");
        });
        string[] lines = Run(system, "abc\rquit\r", () => Volatile.Write(ref enough, true));
        Assert.Contains("sha256: " + Convert.ToHexStringLower(SHA256.HashData("abc"u8)), lines);
    }

    [Fact]
    public void A_line_too_long_is_refused_and_not_hashed_in_part()
    {
        string[] lines = Run(new string('a', 5000) + "\rquit\r", letsPass: false, Archive(), out _);
        Assert.Contains("error: a line holds at most 4096 bytes", lines);
        Assert.DoesNotContain(lines, l => l.StartsWith("sha256: ", StringComparison.Ordinal));
    }

    static string[] Run(string typed, bool letsPass, byte[] archive, out string[] exits)
    {
        foreach (string field in new[] { "s_attempt", "s_notStopped" })
        {
            typeof(Intruder).GetField(field, BindingFlags.NonPublic | BindingFlags.Static)!.SetValue(null, 0);
        }
        using var system = new DemoSystem(archive);
        system.Intruder.LetsPass = letsPass;
        system.Start(system.Intruder, Intruder.Main);
        WaitForIntruder(system);
        string[] lines = Run(system, typed);
        exits = [.. system.Exits];
        return lines;
    }

    static string[] Run(DemoSystem system, string typed, Action? atEnd = null)
    {
        system.Client.Type(typed);
        system.Start(system.Crypter, Crypter.Main);
        system.Start(system.Client, Client.Main);
        bool finished = SpinWait.SpinUntil(() => system.Client.OutputText.EndsWith("demo: finished\r\n", StringComparison.Ordinal), 30_000);
        atEnd?.Invoke();
        Assert.True(finished, system.Client.OutputText[^Math.Min(system.Client.OutputText.Length, 2000)..]);
        system.Stop();
        Panic.ReportTo(default);
        return system.Client.OutputText.Split("\r\n");
    }

    /// <summary>Reads along in the log, as any number of readers may, until the last line.</summary>
    static void WaitForIntruder(DemoSystem system)
    {
        ChannelReader<LogLine> log = new(system.Log.Start, (ulong)system.Log.Size, LogLine.Protocol, -1);
        Assert.True(SpinWait.SpinUntil(
            () => log.TryRead(out LogLine line) == ReadResult.Success
                && Encoding.ASCII.GetString(LogLine.TextOf(ref line)).StartsWith("finished", StringComparison.Ordinal),
            30_000));
    }
}
