// SPDX-License-Identifier: MIT
using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;

namespace Muen.TestSystems.CoreLib;

/// <summary>Memory as it is: byte orders, reinterpretation, atomic operations, and the collections over spans.</summary>
static class MemoryCases
{
    struct Pair
    {
        public uint A;
        public ushort B;
        public ushort C;
        public ulong D;
    }

    internal static void ByteOrders(ref Case c)
    {
        Span<byte> s = stackalloc byte[64];
        c.Fill(s);
        ulong x = c.Wild();
        int at = c.Next(44);
        unchecked
        {
            BinaryPrimitives.WriteUInt64BigEndian(s[at..], x);
            c.Take(BinaryPrimitives.ReadUInt64LittleEndian(s[at..]));
            c.Take(BinaryPrimitives.ReadInt64BigEndian(s[(at + 1)..]));
            BinaryPrimitives.WriteUInt32LittleEndian(s[at..], (uint)x);
            c.Take(BinaryPrimitives.ReadUInt32BigEndian(s[(at + 1)..]));
            BinaryPrimitives.WriteInt16BigEndian(s[(at + 2)..], (short)x);
            c.Take(BinaryPrimitives.ReadUInt16LittleEndian(s[at..]));
            BinaryPrimitives.WriteIntPtrBigEndian(s[(at + 3)..], (nint)(long)x);
            c.Take((ulong)BinaryPrimitives.ReadUIntPtrLittleEndian(s[(at + 2)..]));
            BinaryPrimitives.WriteInt32BigEndian(s[(at + 4)..], (int)x);
            BinaryPrimitives.WriteDoubleBigEndian(s[(at + 8)..], 1.0 + c.Next(99));
            c.Take(BinaryPrimitives.ReadDoubleBigEndian(s[(at + 8)..]));
            c.Take(BinaryPrimitives.ReadUInt64LittleEndian(s[(at + 8)..]));
            BinaryPrimitives.WriteSingleLittleEndian(s[(at + 9)..], c.Next(99));
            c.Take(BinaryPrimitives.ReadSingleLittleEndian(s[(at + 9)..]));
            Span<byte> end = s[(60 - c.Next(8))..];
            c.Take(BinaryPrimitives.TryReadUInt64BigEndian(end, out ulong u64));
            c.Take(u64);
            c.Take(BinaryPrimitives.TryReadInt16LittleEndian(end[^c.Next(4)..], out short i16));
            c.Take(i16);
            c.Take(BinaryPrimitives.TryWriteInt32BigEndian(end[^c.Next(4)..], (int)x));
            c.Take(BinaryPrimitives.TryWriteInt64LittleEndian(end, (long)x));
            c.Take(BinaryPrimitives.TryReadDoubleLittleEndian(end, out double f64));
            c.Take(f64);
            c.Take(BinaryPrimitives.ReverseEndianness(x));
            c.Take(BinaryPrimitives.ReverseEndianness((uint)x));
            c.Take((uint)BinaryPrimitives.ReverseEndianness((ushort)x));
            c.Take((int)BinaryPrimitives.ReverseEndianness((short)x));
            Span<uint> words = stackalloc uint[6];
            BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, uint>(s[..20]), words);
            c.Take(MemoryMarshal.AsBytes(words[..5]));
            c.Take(BitConverter.ToUInt32(s[at..]));
            c.Take(BitConverter.TryWriteBytes(end[^c.Next(5)..], (int)x));
        }

        c.Take(s);
    }

    internal static unsafe void Views(ref Case c)
    {
        Span<byte> s = stackalloc byte[64];
        c.Fill(s);
        c.Take(MemoryMarshal.Read<ulong>(s[c.Next(50)..]));
        ulong v = c.Next();
        MemoryMarshal.Write(s[c.Next(50)..], in v);
        c.Take(MemoryMarshal.TryRead(s[c.Next(64)..], out Pair read));
        c.Take(read.D);
        c.Take(MemoryMarshal.TryWrite(s[c.Next(64)..], in v));
        foreach (uint u in MemoryMarshal.Cast<byte, uint>(s[c.Next(8)..]))
        {
            c.Take(u);
        }

        foreach (ulong u in MemoryMarshal.Cast<byte, ulong>((ReadOnlySpan<byte>)s[..c.Next(64)]))
        {
            c.Take(u);
        }

        ref Pair pair = ref MemoryMarshal.AsRef<Pair>(s[8..]);
        c.Take(pair.A);
        pair.B = 7;
        pair.D = c.Next();
        Pair copy = pair;
        copy.C++;
        c.Take(MemoryMarshal.AsBytes(new Span<Pair>(ref copy)));
        c.Take(Unsafe.SizeOf<Pair>());
        c.Take(Unsafe.BitCast<ulong, long>(c.Next()));
        c.Take(Unsafe.ByteOffset(ref s[3], ref s[9]));
        c.Take(Unsafe.AreSame(ref s[3], ref Unsafe.Add(ref s[0], 3)));
        c.Take((uint)Unsafe.As<byte, ushort>(ref s[9]));
        c.Take((uint)Unsafe.Subtract(ref s[9], 4));
        c.Take(Unsafe.IsAddressLessThan(ref s[1], ref s[2]));
        Unsafe.WriteUnaligned(ref s[11], (uint)c.Next());
        c.Take(Unsafe.ReadUnaligned<ulong>(ref s[9]));
        Unsafe.CopyBlockUnaligned(ref s[40], ref s[3], 11);
        Unsafe.InitBlockUnaligned(ref s[51], (byte)c.Next(), 5);
        fixed (byte* p = s)
        {
            Buffer.MemoryCopy(p + 3, p + 9, 40, 30);
        }

        c.Take(MemoryMarshal.CreateSpan(ref s[4], 9));
        c.Take((uint)MemoryMarshal.GetReference(s));
        c.Take(s);
    }

    static int s_int;
    static long s_long;
    static uint s_uint;
    static ulong s_ulong;
    static byte s_byte;
    static short s_short;
    static nint s_native;
    static double s_double;

    internal static void Atomics(ref Case c)
    {
        int n = unchecked((int)c.Wild());
        long m = unchecked((long)c.Wild());
        (s_int, s_long, s_uint, s_ulong) = (c.Next(9), c.Next(9), 1, (ulong)m);
        (s_byte, s_short, s_native, s_double) = (3, -4, 9, 0.5);
        unchecked
        {
            c.Take(Interlocked.Add(ref s_int, n));
            c.Take(Interlocked.Add(ref s_long, m));
            c.Take(Interlocked.Add(ref s_uint, (uint)n));
            c.Take(Interlocked.Add(ref s_ulong, (ulong)m));
            c.Take(Interlocked.Increment(ref s_int));
            c.Take(Interlocked.Decrement(ref s_ulong));
            c.Take(Interlocked.Exchange(ref s_long, m));
            c.Take(Interlocked.And(ref s_int, n));
            c.Take(Interlocked.Or(ref s_long, m ^ 5));
            c.Take(Interlocked.And(ref s_ulong, (ulong)m));
            c.Take(Interlocked.Or(ref s_uint, (uint)n));
            c.Take(Interlocked.CompareExchange(ref s_int, n, s_int));
            c.Take(Interlocked.CompareExchange(ref s_long, 3, m));
            c.Take(Interlocked.CompareExchange(ref s_uint, 9, (uint)n));
            c.Take((uint)Interlocked.Exchange(ref s_byte, (byte)n));
            c.Take((uint)Interlocked.CompareExchange(ref s_byte, 1, (byte)n));
            c.Take((int)Interlocked.CompareExchange(ref s_short, (short)n, -4));
            c.Take((int)Interlocked.Exchange(ref s_short, (short)m));
            c.Take((long)Interlocked.Exchange(ref s_native, (nint)m));
            c.Take((long)Interlocked.CompareExchange(ref s_native, 8, (nint)m));
            c.Take(Interlocked.Exchange(ref s_double, n));
            c.Take(Interlocked.CompareExchange(ref s_double, 2, n));
            c.Take(Interlocked.Read(ref s_long));
            Volatile.Write(ref s_int, n);
            c.Take(Volatile.Read(ref s_int));
            Volatile.Write(ref s_double, m);
            c.Take(Volatile.Read(ref s_double));
            Interlocked.MemoryBarrier();
        }

        c.Take(s_int);
        c.Take(s_long);
        c.Take(s_uint);
        c.Take(s_ulong);
        c.Take((uint)s_byte);
        c.Take((int)s_short);
        c.Take((long)s_native);
    }

    internal static void Collections(ref Case c)
    {
        var list = new SpanList<int>(stackalloc int[8]);
        var queue = new SpanQueue<long>(stackalloc long[5]);
        var table = new SpanDictionary<int, ulong>(stackalloc SpanSlot<int, ulong>[11]);
        var pool = new SpanPool<byte>(stackalloc byte[4], stackalloc int[4]);
        for (int step = 0; step < 60; step++)
        {
            int x = c.Next(20);
            switch (c.Next(13))
            {
                case 0: c.Take(list.TryAdd(x)); break;
                case 1: c.Take(list.TryInsert(c.Next(list.Count + 1), x)); break;
                case 2: c.Take(list.Count == 0 ? -1 : list.RemoveAt(c.Next(list.Count))); break;
                case 3: c.Take(list.TryPop(out int popped)); c.Take(popped); break;
                case 4: c.Take(queue.TryEnqueue(x)); break;
                case 5: c.Take(queue.Enqueue(x)); break;
                case 6: c.Take(queue.TryDequeue(out long taken)); c.Take(taken); break;
                case 7: c.Take(table.TrySet(x, c.Next())); break;
                case 8: c.Take(table.Remove(x, out ulong removed)); c.Take(removed); break;
                case 9: c.Take(table.TryGetValue(x, out ulong found)); c.Take(found); break;
                case 10: c.Take(pool.TryRent(out int rented)); c.Take(rented); break;
                case 11: c.Take(pool.TryReturn(x)); break;
                default: c.Take(table.TryAdd(x, 1)); break;
            }

            c.Take(list.Count);
            c.Take(queue.Count);
            c.Take(table.Count);
            c.Take(pool.Available);
        }

        foreach (int x in list)
        {
            c.Take(x);
        }

        for (int i = 0; i < queue.Count; i++)
        {
            c.Take(queue[i]);
        }

        ulong sum = 0;
        for (int at = 0; table.TryGetNext(ref at, out int key, out ulong value);)
        {
            sum = unchecked(sum + (value * (ulong)(key + 1)));
        }

        c.Take(sum);
    }
}
