// SPDX-License-Identifier: MIT
using System;
using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Muen.TestSystems.CoreLib;

/// <summary>Where .NET throws, a subject panics. Not here: a division by zero, which is the processor's own exception and stops the subject in the kernel.</summary>
static class PanicCases
{
    internal const int Count = 24;

    /// <summary>Does what must not be done. Whoever comes back has not noticed.</summary>
    /// <param name="which">Which, up to <see cref="Count"/>.</param>
    /// <param name="zero">0, and the compiler does not know it.</param>
    /// <returns>What came of it, so that nothing of it is left out.</returns>
    internal static long Provoke(int which, int zero)
    {
        Span<byte> s = stackalloc byte[8];
        s.Clear();
        Span<char> text = stackalloc char[4];
        int five = zero + 5;
        unchecked
        {
            switch (which)
            {
                case 0: return s[(zero + 9)..].Length;
                case 1: return s.Slice(five, 4).Length;
                case 2: return s[zero + 8];
                case 3: return s[zero - 1];
                case 4: s.CopyTo(s[1..]); return 1;
                case 5: return s[five..(zero + 3)].Length;
                case 6: return checked(int.MaxValue - 4 + five);
                case 8: return Math.Abs(int.MinValue + zero);
                case 9: return Math.Clamp(1, five, zero);
                case 10: return BinaryPrimitives.ReadInt32BigEndian(s[five..]);
                case 11: return MemoryMarshal.Read<long>(s[1..]);
                case 12: return Encoding.UTF8.GetBytes("four letters", s);
                case 13: return int.Parse(five > 3 ? "12x" : "12");
                case 14: return five.TryFormat(text, out int written, "Q", CultureInfo.InvariantCulture) ? written : 0;
                case 15: return (five > 9 ? five : default(int?))!.Value;
                case 16: return new SpanList<byte>(s)[zero];
                case 17: return (TimeSpan.MaxValue + TimeSpan.FromTicks(five)).Ticks;
                case 19: return new Range(five, zero).GetOffsetAndLength(8).Length;
                case 20: return new Index(zero - 1).Value;
                case 21: return s.Slice(zero - 1, 2).Length;
                case 22: return s.Slice(4, zero - 1).Length;
                case 23: return (long)checked((byte)(five * 100));
                case 18: return byte.Parse(five > 3 ? "256" : "1");
                case 7: return new Rune((uint)(0xD800 + zero)).Value;
                default: return 0;
            }
        }
    }
}
