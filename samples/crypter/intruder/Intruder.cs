// SPDX-License-Identifier: MIT
namespace Muen.Samples.Crypter.Intruder;

/// <summary>
/// A subject that wants out. It tries one forbidden thing after the other; the kernel ends each by an exit, and the policy's answer to
/// the exit is a reset of this subject. A reset keeps memory, so the next start goes on with the next attempt. Before each it says
/// what it is going to do, and afterwards, if there is an afterwards, that nobody stopped it.
/// </summary>
static class Intruder
{
    static ChannelWriter<LogLine> s_log;

    // Kept over resets.
    static int s_attempt;
    static int s_notStopped;
    static ulong s_frame;

    internal static void Main()
    {
        s_log = Component.Channels.IntruderLog.Resume();
        AwaitNextFrame();
        s_attempt++;
        while (Attacks.Try(s_attempt))
        {
            s_notStopped++;
            Announce("NOT STOPPED");
            s_attempt++;
        }
        Attacks.TriggerForeignEvents(s_log.EventNumber);
        Say("events without a meaning: ignored"u8);
        Attacks.Overstay();
        Say("loop with interrupts off: preempted"u8);
        LogLine line = default;
        line.Length = (uint)Text.Format(line.Text, $"finished: {s_attempt - 1} attempts, {s_notStopped} not stopped");
        Send(in line);
        Subject.SleepForever();
    }

    /// <summary>One attempt in each minor frame: they last for a second, and everybody can see that the others go on meanwhile.</summary>
    static void AwaitNextFrame()
    {
        ulong frame;
        do
        {
            frame = Time.MinorFrameStart;
        }
        while (frame == s_frame);
        s_frame = frame;
    }

    /// <summary>Writes a line about the current attempt.</summary>
    internal static void Announce(string what)
    {
        LogLine line = default;
        line.Length = (uint)Text.Format(line.Text, $"attempt {s_attempt}: {what}");
        Send(in line);
    }

    static void Say(System.ReadOnlySpan<byte> text)
    {
        LogLine line = default;
        line.Length = (uint)Text.Format(line.Text, $"{text}");
        Send(in line);
    }

    static void Send(in LogLine line)
    {
        s_log.Write(in line);
        s_log.Notify();
    }
}
