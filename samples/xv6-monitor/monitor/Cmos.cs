// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Muen.Samples.Monitors;

/// <summary>
/// The clock and its memory (MC146818) at ports 0x70 and 0x71. The monitor has no clock that knows the date: the guest begins on 2000-01-01 at midnight. The clock runs, cannot
/// be set, and raises no interrupt.
/// </summary>
static class Cmos
{
    const int Count = 128;
    const int Seconds = 0x00;
    const int Minutes = 0x02;
    const int Hours = 0x04;
    const int WeekDay = 0x06;
    const int Day = 0x07;
    const int Month = 0x08;
    const int Year = 0x09;
    const int StatusA = 0x0A;
    const int StatusB = 0x0B;
    const int StatusC = 0x0C;
    const int StatusD = 0x0D;
    const int Century = 0x32;

    /// <summary>The oscillator on, a rate that nobody asked for.</summary>
    const byte Running = 0x26;

    /// <summary>24 hours, BCD, no interrupts.</summary>
    const byte Format = 0x02;
    const byte BatteryGood = 0x80;

    /// <summary>2000-01-01 was the seventh day of a week that begins on Sunday.</summary>
    const ulong FirstWeekDay = 6;

    static Memory s_memory;
    static byte s_index;
    static ulong s_start;

    internal static void Reset()
    {
        s_memory = default;
        // 640 KiB of base memory.
        s_memory[0x15] = 0x80;
        s_memory[0x16] = 0x02;
        s_index = 0;
        s_start = Clock.Now;
    }

    internal static void WriteIndex(byte value) => s_index = (byte)(value & 0x7F);

    internal static byte Read()
    {
        ulong seconds = (Clock.Now - s_start) / Clock.Frequency;
        Date date = Date.Of(seconds / 86_400);
        return s_index switch
        {
            Seconds => Bcd(seconds % 60),
            Minutes => Bcd(seconds / 60 % 60),
            Hours => Bcd(seconds / 3600 % 24),
            WeekDay => Bcd(((seconds / 86_400) + FirstWeekDay) % 7 + 1),
            Day => Bcd(date.Day),
            Month => Bcd(date.Month),
            Year => Bcd(date.Year % 100),
            Century => Bcd(20),
            StatusA => Running,
            StatusB => Format,
            StatusC => 0,
            StatusD => BatteryGood,
            _ => s_memory[s_index],
        };
    }

    /// <summary>Writes memory.</summary>
    /// <returns>False for the clock itself.</returns>
    internal static bool TryWrite(byte value)
    {
        if (s_index <= StatusD)
        {
            // The alarm, and the format as it is.
            return s_index is 1 or 3 or 5 || (s_index == StatusB && value == Format) || (s_index == StatusA && value == Running);
        }
        s_memory[s_index] = value;
        return true;
    }

    static byte Bcd(ulong value) => (byte)((value / 10 * 16) + (value % 10));

    /// <summary>A date of the Gregorian calendar.</summary>
    struct Date
    {
        internal ulong Day;
        internal ulong Month;
        internal ulong Year;

        /// <summary>The date a number of days after 2000-01-01.</summary>
        internal static Date Of(ulong days)
        {
            Date date = default;
            date.Year = 2000;
            date.Month = 1;
            while (days >= DaysOfYear(date.Year))
            {
                days -= DaysOfYear(date.Year);
                date.Year++;
            }
            while (days >= DaysOfMonth(date.Month, date.Year))
            {
                days -= DaysOfMonth(date.Month, date.Year);
                date.Month++;
            }
            date.Day = days + 1;
            return date;
        }

        static ulong DaysOfYear(ulong year) => IsLeap(year) ? 366UL : 365;

        static ulong DaysOfMonth(ulong month, ulong year) => month == 2 ? IsLeap(year) ? 29UL : 28 : month is 4 or 6 or 9 or 11 ? 30UL : 31;

        static bool IsLeap(ulong year) => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    }

    [InlineArray(Count)]
    struct Memory
    {
        byte _first;
    }
}
