// SPDX-License-Identifier: MIT
namespace Muen;

/// <summary>
/// The clock of a PC that runs on a battery: MC146818 and what took its place, at two ports that one subject of a system is granted. It counts seconds, as local or universal time as whoever
/// set it liked; here it counts as universal time.
/// </summary>
[Capability]
public readonly struct RealTimeClock
{
    // Registers (MC146818 data sheet); the century's is where PCs have it.
    const byte Seconds = 0x00;
    const byte Minutes = 0x02;
    const byte Hours = 0x04;
    const byte Day = 0x07;
    const byte Month = 0x08;
    const byte Year = 0x09;
    const byte StatusA = 0x0A;
    const byte StatusB = 0x0B;
    const byte Century = 0x32;

    const byte UpdateInProgress = 0x80;
    const byte Is24Hours = 0x02;
    const byte IsBinary = 0x04;
    const byte Afternoon = 0x80;

    /// <summary>Looks for a moment without an update; each lasts up to 2 ms of a second, so a clock that never has one is none.</summary>
    const int Attempts = 1_000_000;

    readonly Ports _ports;

    /// <param name="ports">Index and data port, 0x70 and 0x71 of a PC; fewer than two are a <see cref="Panic"/>.</param>
    public RealTimeClock(Ports ports)
    {
        if (ports.Count < 2)
        {
            Panic.Stop("a real-time clock has two ports");
        }
        _ports = ports;
    }

    /// <summary>Reads the clock. It looks twice and again until both agree, since the clock counts on meanwhile.</summary>
    /// <param name="time">Date and time, to the second.</param>
    /// <returns>False when it shows no date, or is not there.</returns>
    public bool TryRead(out CalendarTime time)
    {
        time = default;
        if (_ports.Count < 2)
        {
            return false;
        }
        for (int i = 0; i < Attempts; i++)
        {
            if ((Read(StatusA) & UpdateInProgress) == 0)
            {
                CalendarTime first = Look();
                if ((Read(StatusA) & UpdateInProgress) == 0 && first.Equals(Look()))
                {
                    time = first;
                    return time.IsValid;
                }
            }
            Instructions.Pause();
        }
        return false;
    }

    CalendarTime Look()
    {
        byte status = Read(StatusB);
        bool binary = (status & IsBinary) != 0;
        byte hours = Read(Hours);
        int hour = Number((byte)(hours & ((status & Is24Hours) != 0 ? 0xFF : 0x7F)), binary);
        if ((status & Is24Hours) == 0)
        {
            hour = (hour % 12) + ((hours & Afternoon) != 0 ? 12 : 0);
        }
        int century = Number(Read(Century), binary);
        int year = Number(Read(Year), binary);
        return new CalendarTime(
            (century is >= 19 and <= 99 ? century * 100 : 2000) + year,
            Number(Read(Month), binary),
            Number(Read(Day), binary),
            hour,
            Number(Read(Minutes), binary),
            Number(Read(Seconds), binary));
    }

    /// <summary>Binary, or two decimal digits; what is neither is no date later.</summary>
    static int Number(byte value, bool binary) => binary ? value : (value & 15) > 9 || value >> 4 > 9 ? 255 : ((value >> 4) * 10) + (value & 15);

    byte Read(byte register)
    {
        _ports.Write8(0, register);
        return _ports.Read8(1);
    }
}
