// SPDX-License-Identifier: MIT
using Internal.Runtime.CompilerHelpers;

namespace System;

/// <summary>A stretch of time in ticks of 100 ns. What does not fit is a panic.</summary>
public readonly struct TimeSpan : IEquatable<TimeSpan>, IComparable<TimeSpan>, ISpanFormattable, IUtf8SpanFormattable
{
    public const long NanosecondsPerTick = 100;
    public const long TicksPerMicrosecond = 10;
    public const long TicksPerMillisecond = 10_000;
    public const long TicksPerSecond = 10_000_000;
    public const long TicksPerMinute = 600_000_000;
    public const long TicksPerHour = 36_000_000_000;
    public const long TicksPerDay = 864_000_000_000;

    readonly long _ticks;

    public static readonly TimeSpan Zero;

    public static readonly TimeSpan MaxValue = new(long.MaxValue);

    public static readonly TimeSpan MinValue = new(long.MinValue);

    public TimeSpan(long ticks) => _ticks = ticks;

    public TimeSpan(int hours, int minutes, int seconds)
        : this(0, hours, minutes, seconds)
    {
    }

    public TimeSpan(int days, int hours, int minutes, int seconds)
        : this(days, hours, minutes, seconds, 0)
    {
    }

    public TimeSpan(int days, int hours, int minutes, int seconds, int milliseconds)
        : this(days, hours, minutes, seconds, milliseconds, 0)
    {
    }

    public TimeSpan(int days, int hours, int minutes, int seconds, int milliseconds, int microseconds)
    {
        // In microseconds none of these sums overflows.
        long total = (days * (TicksPerDay / 10)) + (hours * (TicksPerHour / 10)) + (minutes * (TicksPerMinute / 10)) + (seconds * (TicksPerSecond / 10)) + (milliseconds * 1000L) + microseconds;
        if (total is > long.MaxValue / 10 or < long.MinValue / 10)
        {
            ThrowHelpers.ThrowArgumentOutOfRange();
        }

        _ticks = total * 10;
    }

    public long Ticks => _ticks;

    public int Days => (int)(_ticks / TicksPerDay);

    public int Hours => (int)(_ticks / TicksPerHour % 24);

    public int Minutes => (int)(_ticks / TicksPerMinute % 60);

    public int Seconds => (int)(_ticks / TicksPerSecond % 60);

    public int Milliseconds => (int)(_ticks / TicksPerMillisecond % 1000);

    public int Microseconds => (int)(_ticks / TicksPerMicrosecond % 1000);

    public int Nanoseconds => (int)(_ticks % TicksPerMicrosecond * NanosecondsPerTick);

    public double TotalDays => (double)_ticks / TicksPerDay;

    public double TotalHours => (double)_ticks / TicksPerHour;

    public double TotalMinutes => (double)_ticks / TicksPerMinute;

    public double TotalSeconds => (double)_ticks / TicksPerSecond;

    /// <summary>Within what a <see cref="TimeSpan"/> can hold.</summary>
    public double TotalMilliseconds
    {
        get
        {
            double value = (double)_ticks / TicksPerMillisecond;
            return value > long.MaxValue / TicksPerMillisecond ? long.MaxValue / TicksPerMillisecond
                : value < long.MinValue / TicksPerMillisecond ? long.MinValue / TicksPerMillisecond : value;
        }
    }

    public double TotalMicroseconds => (double)_ticks / TicksPerMicrosecond;

    public double TotalNanoseconds => (double)_ticks * NanosecondsPerTick;

    public static TimeSpan FromTicks(long value) => new(value);

    public static TimeSpan FromDays(int days) => Of(days, TicksPerDay);

    public static TimeSpan FromHours(int hours) => Of(hours, TicksPerHour);

    public static TimeSpan FromMinutes(long minutes) => Of(minutes, TicksPerMinute);

    public static TimeSpan FromSeconds(long seconds) => Of(seconds, TicksPerSecond);

    public static TimeSpan FromMilliseconds(long milliseconds) => Of(milliseconds, TicksPerMillisecond);

    public static TimeSpan FromMicroseconds(long microseconds) => Of(microseconds, TicksPerMicrosecond);

    public static TimeSpan FromDays(double value) => Of(value, TicksPerDay);

    public static TimeSpan FromHours(double value) => Of(value, TicksPerHour);

    public static TimeSpan FromMinutes(double value) => Of(value, TicksPerMinute);

    public static TimeSpan FromSeconds(double value) => Of(value, TicksPerSecond);

    public static TimeSpan FromMilliseconds(double value) => Of(value, TicksPerMillisecond);

    public static TimeSpan FromMicroseconds(double value) => Of(value, TicksPerMicrosecond);

    public TimeSpan Add(TimeSpan ts) => this + ts;

    public TimeSpan Subtract(TimeSpan ts) => this - ts;

    public TimeSpan Negate() => -this;

    public TimeSpan Duration() => _ticks < 0 ? -this : this;

    public bool Equals(TimeSpan obj) => _ticks == obj._ticks;

    public int CompareTo(TimeSpan value) => _ticks.CompareTo(value._ticks);

    public static int Compare(TimeSpan t1, TimeSpan t2) => t1._ticks.CompareTo(t2._ticks);

    public static bool Equals(TimeSpan t1, TimeSpan t2) => t1._ticks == t2._ticks;

    public override int GetHashCode() => _ticks.GetHashCode();

    /// <summary><c>[-][d.]hh:mm:ss[.fffffff]</c>; no format, <c>c</c>, <c>t</c> and <c>T</c> mean that, any other is a panic.</summary>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format = default, IFormatProvider? formatProvider = null)
    {
        Span<char> text = stackalloc char[MaxText];
        return Number.TryCopy(text.Slice(0, Format(text, format)), destination, out charsWritten);
    }

    /// <inheritdoc cref="TryFormat(Span{char}, out int, ReadOnlySpan{char}, IFormatProvider?)"/>
    public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format = default, IFormatProvider? formatProvider = null)
    {
        Span<char> text = stackalloc char[MaxText];
        return Number.TryCopy(text.Slice(0, Format(text, format)), utf8Destination, out bytesWritten);
    }

    public static TimeSpan operator +(TimeSpan t) => t;

    public static TimeSpan operator -(TimeSpan t) => new(checked(-t._ticks));

    public static TimeSpan operator +(TimeSpan t1, TimeSpan t2) => new(checked(t1._ticks + t2._ticks));

    public static TimeSpan operator -(TimeSpan t1, TimeSpan t2) => new(checked(t1._ticks - t2._ticks));

    public static TimeSpan operator *(TimeSpan timeSpan, double factor) => FromTicks(Math.Round(timeSpan._ticks * factor));

    public static TimeSpan operator *(double factor, TimeSpan timeSpan) => timeSpan * factor;

    public static TimeSpan operator /(TimeSpan timeSpan, double divisor) => FromTicks(Math.Round(timeSpan._ticks / divisor));

    public static double operator /(TimeSpan t1, TimeSpan t2) => t1._ticks / (double)t2._ticks;

    public static bool operator ==(TimeSpan t1, TimeSpan t2) => t1._ticks == t2._ticks;

    public static bool operator !=(TimeSpan t1, TimeSpan t2) => t1._ticks != t2._ticks;

    public static bool operator <(TimeSpan t1, TimeSpan t2) => t1._ticks < t2._ticks;

    public static bool operator <=(TimeSpan t1, TimeSpan t2) => t1._ticks <= t2._ticks;

    public static bool operator >(TimeSpan t1, TimeSpan t2) => t1._ticks > t2._ticks;

    public static bool operator >=(TimeSpan t1, TimeSpan t2) => t1._ticks >= t2._ticks;

    /// <summary>Sign, eight digits of days, and two points, two colons, six and seven digits.</summary>
    const int MaxText = 26;

    static TimeSpan Of(long value, long scale)
    {
        if (value > long.MaxValue / scale || value < long.MinValue / scale)
        {
            ThrowHelpers.ThrowArgumentOutOfRange();
        }

        return new(value * scale);
    }

    static TimeSpan Of(double value, double scale) => FromTicks(value * scale);

    static TimeSpan FromTicks(double ticks)
    {
        if (!(ticks <= long.MaxValue && ticks >= long.MinValue))
        {
            ThrowHelpers.ThrowOverflowException();
        }

        return ticks == long.MaxValue ? MaxValue : new((long)ticks);
    }

    int Format(Span<char> text, ReadOnlySpan<char> format)
    {
        if (format.Length > 1 || (format.Length == 1 && format[0] is not ('c' or 't' or 'T')))
        {
            ThrowHelpers.ThrowNotSupportedException();
        }

        ulong rest = _ticks < 0 ? 0 - (ulong)_ticks : (ulong)_ticks;
        ulong fraction = rest % (ulong)TicksPerSecond;
        rest /= (ulong)TicksPerSecond;
        int at = MaxText;
        if (fraction != 0)
        {
            at = Digits(text, at, fraction, 7);
            text[--at] = '.';
        }

        at = Digits(text, at, rest % 60, 2);
        text[--at] = ':';
        rest /= 60;
        at = Digits(text, at, rest % 60, 2);
        text[--at] = ':';
        rest /= 60;
        at = Digits(text, at, rest % 24, 2);
        rest /= 24;
        if (rest != 0)
        {
            text[--at] = '.';
            at = Digits(text, at, rest, 1);
        }

        if (_ticks < 0)
        {
            text[--at] = '-';
        }

        text.Slice(at).CopyTo(text);
        return MaxText - at;
    }

    /// <summary>Writes digits, the last in front of <paramref name="at"/>.</summary>
    static int Digits(Span<char> text, int at, ulong value, int least)
    {
        for (; value != 0 || least > 0; least--)
        {
            text[--at] = (char)('0' + (value % 10));
            value /= 10;
        }

        return at;
    }
}
