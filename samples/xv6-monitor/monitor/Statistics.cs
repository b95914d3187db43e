// SPDX-License-Identifier: MIT
namespace Muen.Samples.Monitors;

/// <summary>What the guest costs: its exits, and the way of a key to its screen. Shown with its state.</summary>
static class Statistics
{
    static ulong s_start;
    static ulong s_second;
    static ulong s_exitsAtSecond;
    static ulong s_pressed;

    /// <summary>Exits that the monitor has handled.</summary>
    internal static ulong Exits { get; private set; }

    /// <summary>Exits in the last whole second of the guest's time.</summary>
    internal static ulong ExitsOfLastSecond { get; private set; }

    /// <summary>TSC ticks from the last key until something new was sent of the screen; 0 for none yet.</summary>
    internal static ulong KeyToScreen { get; private set; }

    /// <summary>Milliseconds since the guest began.</summary>
    internal static ulong Milliseconds => (Clock.Now - s_start) / (Clock.Frequency / 1000);

    internal static void Reset()
    {
        Exits = 0;
        ExitsOfLastSecond = 0;
        KeyToScreen = 0;
        s_start = Clock.Now;
        s_second = Clock.Now;
        s_exitsAtSecond = 0;
        s_pressed = 0;
    }

    /// <summary>The guest exited.</summary>
    internal static void Exit()
    {
        Exits++;
        if (Clock.Now - s_second >= Clock.Frequency)
        {
            ExitsOfLastSecond = (Exits - s_exitsAtSecond) * Clock.Frequency / (Clock.Now - s_second);
            s_exitsAtSecond = Exits;
            s_second = Clock.Now;
        }
    }

    /// <summary>The guest's keyboard sends a key that went down.</summary>
    internal static void Press() => s_pressed = Clock.Now;

    /// <summary>Something of the screen changed and was sent.</summary>
    internal static void Sent()
    {
        if (s_pressed != 0)
        {
            KeyToScreen = Time.Tsc - s_pressed;
            s_pressed = 0;
        }
    }
}
