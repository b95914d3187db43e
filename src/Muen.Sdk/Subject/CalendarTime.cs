// SPDX-License-Identifier: MIT
using System;

namespace Muen;

/// <summary>A date and time of the Gregorian calendar, universal time, years 1 to 9999. Values beyond their range are kept, and make it not valid.</summary>
public readonly struct CalendarTime : IUtf8SpanFormattable
{
    const long DaysTo1970 = 719_162;
    const long DaysOf400Years = 146_097;
    const long MicrosecondsOfDay = 86_400_000_000;

    /// <param name="year">1..9999.</param>
    /// <param name="month">1..12.</param>
    /// <param name="day">1..31.</param>
    /// <param name="hour">0..23.</param>
    /// <param name="minute">0..59.</param>
    /// <param name="second">0..59.</param>
    /// <param name="microsecond">0..999999.</param>
    public CalendarTime(int year, int month, int day, int hour = 0, int minute = 0, int second = 0, int microsecond = 0)
    {
        Year = year;
        Month = month;
        Day = day;
        Hour = hour;
        Minute = minute;
        Second = second;
        Microsecond = microsecond;
    }

    /// <summary>The year.</summary>
    public int Year { get; }

    /// <summary>The month, 1..12.</summary>
    public int Month { get; }

    /// <summary>The day of the month, from 1.</summary>
    public int Day { get; }

    /// <summary>The hour, 0..23.</summary>
    public int Hour { get; }

    /// <summary>The minute.</summary>
    public int Minute { get; }

    /// <summary>The second.</summary>
    public int Second { get; }

    /// <summary>Millionths of the second.</summary>
    public int Microsecond { get; }

    /// <summary>Whether there is such a day and time.</summary>
    public bool IsValid =>
        Year is >= 1 and <= 9999 && Month is >= 1 and <= 12 && Day >= 1 && Day <= DaysOf(Year, Month) && Hour is >= 0 and <= 23 && Minute is >= 0 and <= 59
        && Second is >= 0 and <= 59 && Microsecond is >= 0 and <= 999_999;

    /// <summary>Microseconds since 1970; 0 when not valid.</summary>
    public long UnixMicroseconds
    {
        get
        {
            if (!IsValid)
            {
                return 0;
            }
            long past = Year - 1;
            long days = (past * 365) + (past / 4) - (past / 100) + (past / 400) - DaysTo1970 + Day - 1;
            for (int month = 1; month < Month; month++)
            {
                days += DaysOf(Year, month);
            }
            return (days * MicrosecondsOfDay) + ((((((Hour * 60L) + Minute) * 60) + Second) * 1_000_000) + Microsecond);
        }
    }

    /// <summary>The date and time of a moment.</summary>
    /// <param name="microseconds">Microseconds since 1970; outside of the years 1 to 9999 the result is not valid.</param>
    public static CalendarTime FromUnixMicroseconds(long microseconds)
    {
        long day = microseconds / MicrosecondsOfDay;
        long rest = microseconds % MicrosecondsOfDay;
        if (rest < 0)
        {
            rest += MicrosecondsOfDay;
            day--;
        }
        day += DaysTo1970;
        if (day < 0 || day >= 25 * DaysOf400Years)
        {
            return default;
        }

        // A year begins no later than this guess, which is at most one too low for the leap days that it left out.
        int year = (int)(day * 400 / DaysOf400Years) + 1;
        if (DaysBefore(year) > day)
        {
            year--;
        }
        if (DaysBefore(year + 1) <= day)
        {
            year++;
        }
        int left = (int)(day - DaysBefore(year));
        int month = 1;
        while (month < 12 && left >= DaysOf(year, month))
        {
            left -= DaysOf(year, month);
            month++;
        }
        return new CalendarTime(
            year, month, left + 1, (int)(rest / 3_600_000_000), (int)(rest / 60_000_000 % 60), (int)(rest / 1_000_000 % 60), (int)(rest % 1_000_000));
    }

    /// <summary>Writes <c>2026-01-31T23:59:59Z</c>, with millionths when there are any. A date that is not valid is <c>-</c>.</summary>
    /// <param name="utf8Destination">Where the text goes.</param>
    /// <param name="bytesWritten">How many bytes.</param>
    /// <param name="format">Not looked at.</param>
    /// <param name="provider">Not looked at.</param>
    /// <returns>False when it does not fit.</returns>
    public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        Span<byte> text = stackalloc byte[32];
        int length = !IsValid ? Text.Format(text, $"-")
            : Microsecond == 0 ? Text.Format(text, $"{Year:D4}-{Month:D2}-{Day:D2}T{Hour:D2}:{Minute:D2}:{Second:D2}Z")
            : Text.Format(text, $"{Year:D4}-{Month:D2}-{Day:D2}T{Hour:D2}:{Minute:D2}:{Second:D2}.{Microsecond:D6}Z");
        bool fits = text[..length].TryCopyTo(utf8Destination);
        bytesWritten = fits ? length : 0;
        return fits;
    }

    /// <summary>Whether two are the same, valid or not.</summary>
    /// <param name="other">The other.</param>
    public bool Equals(CalendarTime other) =>
        Year == other.Year && Month == other.Month && Day == other.Day && Hour == other.Hour && Minute == other.Minute && Second == other.Second && Microsecond == other.Microsecond;

    /// <summary>Days of a month; 0 where there is none.</summary>
    static int DaysOf(int year, int month) => month switch
    {
        2 => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        >= 1 and <= 12 => 31,
        _ => 0,
    };

    /// <summary>Days from the calendar's first to the first of a year.</summary>
    static long DaysBefore(int year)
    {
        long past = year - 1;
        return (past * 365) + (past / 4) - (past / 100) + (past / 400);
    }
}
