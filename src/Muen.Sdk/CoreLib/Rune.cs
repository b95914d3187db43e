// SPDX-License-Identifier: MIT
using Internal.Runtime.CompilerHelpers;

namespace System.Buffers
{
    /// <summary>How far a conversion of a stretch of data came.</summary>
    public enum OperationStatus
    {
        Done,
        DestinationTooSmall,
        NeedMoreData,
        InvalidData,
    }
}

namespace System.Text
{
    using System.Buffers;

    /// <summary>A character of Unicode that is not a surrogate.</summary>
    public readonly struct Rune : IEquatable<Rune>, IComparable<Rune>, ISpanFormattable, IUtf8SpanFormattable
    {
        readonly uint _value;

        /// <summary>A panic when <paramref name="value"/> is no such character.</summary>
        public Rune(uint value)
        {
            if (!IsValid(value))
            {
                ThrowHelpers.ThrowArgumentOutOfRange();
            }

            _value = value;
        }

        /// <inheritdoc cref="Rune(uint)"/>
        public Rune(int value)
            : this((uint)value)
        {
        }

        /// <inheritdoc cref="Rune(uint)"/>
        public Rune(char ch)
            : this((uint)ch)
        {
        }

        // The third parameter parts it from the checking constructors.
        Rune(uint value, bool isValid, int unused) => _value = value;

        public static Rune ReplacementChar => new(0xFFFD, true, 0);

        public int Value => (int)_value;

        public bool IsAscii => _value < 0x80;

        public bool IsBmp => _value <= 0xFFFF;

        public int Utf8SequenceLength => _value < 0x80 ? 1 : _value < 0x800 ? 2 : _value <= 0xFFFF ? 3 : 4;

        public int Utf16SequenceLength => _value <= 0xFFFF ? 1 : 2;

        public static bool IsValid(int value) => IsValid((uint)value);

        public static bool IsValid(uint value) => value < 0xD800 || value - 0xE000 <= 0x10_FFFF - 0xE000;

        public static bool TryCreate(char ch, out Rune result) => TryCreate((uint)ch, out result);

        public static bool TryCreate(int value, out Rune result) => TryCreate((uint)value, out result);

        public static bool TryCreate(uint value, out Rune result)
        {
            bool valid = IsValid(value);
            result = valid ? new(value, true, 0) : default;
            return valid;
        }

        public static bool TryCreate(char highSurrogate, char lowSurrogate, out Rune result)
        {
            bool pair = char.IsSurrogatePair(highSurrogate, lowSurrogate);
            result = pair ? new((uint)char.ConvertToUtf32(highSurrogate, lowSurrogate), true, 0) : default;
            return pair;
        }

        /// <summary>Takes the first character of UTF-16. What is none counts as <see cref="ReplacementChar"/> of one unit.</summary>
        public static OperationStatus DecodeFromUtf16(ReadOnlySpan<char> source, out Rune result, out int charsConsumed)
        {
            result = ReplacementChar;
            charsConsumed = 0;
            if (source.Length == 0)
            {
                return OperationStatus.NeedMoreData;
            }

            charsConsumed = 1;
            char first = source[0];
            if (!char.IsSurrogate(first))
            {
                result = new(first, true, 0);
                return OperationStatus.Done;
            }

            if (!char.IsHighSurrogate(first))
            {
                return OperationStatus.InvalidData;
            }

            if (source.Length == 1)
            {
                return OperationStatus.NeedMoreData;
            }

            if (!TryCreate(first, source[1], out Rune pair))
            {
                return OperationStatus.InvalidData;
            }

            result = pair;
            charsConsumed = 2;
            return OperationStatus.Done;
        }

        /// <summary>
        /// Takes the first character of UTF-8. What is none counts as <see cref="ReplacementChar"/> of as many bytes as could have begun a
        /// character (Unicode 3.9, maximal subpart).
        /// </summary>
        public static OperationStatus DecodeFromUtf8(ReadOnlySpan<byte> source, out Rune result, out int bytesConsumed)
        {
            result = ReplacementChar;
            bytesConsumed = 0;
            if (source.Length == 0)
            {
                return OperationStatus.NeedMoreData;
            }

            bytesConsumed = 1;
            uint value = source[0];
            if (value < 0x80)
            {
                result = new(value, true, 0);
                return OperationStatus.Done;
            }

            if (value is < 0xC2 or > 0xF4)
            {
                return OperationStatus.InvalidData;
            }

            int length = value < 0xE0 ? 2 : value < 0xF0 ? 3 : 4;

            // The second byte's range says what is overlong, a surrogate, or beyond U+10FFFF (Unicode 3.9, table 3-7).
            uint low = value == 0xE0 ? 0xA0u : value == 0xF0 ? 0x90u : 0x80u;
            uint high = value == 0xED ? 0x9Fu : value == 0xF4 ? 0x8Fu : 0xBFu;
            value &= 0x7Fu >> length;
            for (; bytesConsumed < length; bytesConsumed++)
            {
                if (bytesConsumed == source.Length)
                {
                    return OperationStatus.NeedMoreData;
                }

                uint next = source[bytesConsumed];
                if (next < low || next > high)
                {
                    return OperationStatus.InvalidData;
                }

                value = (value << 6) | (next & 0x3F);
                low = 0x80;
                high = 0xBF;
            }

            result = new(value, true, 0);
            return OperationStatus.Done;
        }

        /// <returns>False when <paramref name="destination"/> is too short: then nothing is written.</returns>
        public bool TryEncodeToUtf8(Span<byte> destination, out int bytesWritten)
        {
            int length = Utf8SequenceLength;
            if (length > destination.Length)
            {
                bytesWritten = 0;
                return false;
            }

            uint rest = _value;
            for (int i = length - 1; i > 0; i--)
            {
                destination[i] = (byte)(0x80 | (rest & 0x3F));
                rest >>= 6;
            }

            destination[0] = (byte)(length == 1 ? rest : (0xF00u >> length) | rest);
            bytesWritten = length;
            return true;
        }

        /// <inheritdoc cref="TryEncodeToUtf8"/>
        public bool TryEncodeToUtf16(Span<char> destination, out int charsWritten)
        {
            charsWritten = 0;
            if (Utf16SequenceLength > destination.Length)
            {
                return false;
            }

            charsWritten = Utf16SequenceLength;
            if (charsWritten == 1)
            {
                destination[0] = (char)_value;
            }
            else
            {
                destination[0] = (char)(0xD800 + ((_value - 0x1_0000) >> 10));
                destination[1] = (char)(0xDC00 + (_value & 0x3FF));
            }

            return true;
        }

        /// <summary>As <see cref="TryEncodeToUtf8"/>; a panic when it does not fit.</summary>
        public int EncodeToUtf8(Span<byte> destination)
        {
            if (!TryEncodeToUtf8(destination, out int written))
            {
                ThrowHelpers.ThrowDestinationTooShort();
            }

            return written;
        }

        /// <inheritdoc cref="EncodeToUtf8"/>
        public int EncodeToUtf16(Span<char> destination)
        {
            if (!TryEncodeToUtf16(destination, out int written))
            {
                ThrowHelpers.ThrowDestinationTooShort();
            }

            return written;
        }

        bool ISpanFormattable.TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
            TryEncodeToUtf16(destination, out charsWritten);

        bool IUtf8SpanFormattable.TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
            TryEncodeToUtf8(utf8Destination, out bytesWritten);

        public bool Equals(Rune other) => _value == other._value;

        public int CompareTo(Rune other) => Value - other.Value;

        public override int GetHashCode() => Value;

        public static bool operator ==(Rune left, Rune right) => left._value == right._value;

        public static bool operator !=(Rune left, Rune right) => left._value != right._value;

        public static bool operator <(Rune left, Rune right) => left._value < right._value;

        public static bool operator <=(Rune left, Rune right) => left._value <= right._value;

        public static bool operator >(Rune left, Rune right) => left._value > right._value;

        public static bool operator >=(Rune left, Rune right) => left._value >= right._value;

        public static explicit operator Rune(char ch) => new(ch);

        public static explicit operator Rune(uint value) => new(value);

        public static explicit operator Rune(int value) => new(value);
    }
}
