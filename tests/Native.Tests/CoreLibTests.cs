// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Muen.Sdk.Native.Tests;

/// <summary>
/// CoreLib behaves as .NET does: the same source, compiled against each, computes the same numbers over thousands of random inputs; and it
/// has no API that .NET lacks.
/// </summary>
public class CoreLibTests
{
    /// <summary>What every trial can use: a random generator and a digest of results.</summary>
    const string Frame = """
        using System; using System.Buffers.Binary; using System.Numerics; using System.Runtime.CompilerServices; using System.Runtime.InteropServices; using System.Threading;
        public static unsafe partial class Trial
        {
            static ulong state, digest;
            [InlineArray(64)] struct Buffer64 { byte first; }
            static ulong Next() { unchecked { state ^= state << 13; state ^= state >> 7; state ^= state << 17; return state; } }
            static int Next(int limit) => (int)(Next() % (uint)limit);
            /// Random, often near the ends of its range.
            static ulong Wild() => Next(4) switch { 0 => (ulong)Next(5), 1 => ulong.MaxValue - (ulong)Next(5), 2 => 1UL << Next(64), _ => Next() };
            static void Take(ulong value) { unchecked { digest = (digest ^ value) * 1099511628211UL; digest ^= digest >> 29; } }
            static void Take(long value) => Take(unchecked((ulong)value));
            static void Take(int value) => Take((long)value);
            static void Take(uint value) => Take((ulong)value);
            static void Take(bool value) => Take(value ? 1UL : 2UL);
            static void Take(ReadOnlySpan<byte> bytes) { Take(bytes.Length); foreach (byte b in bytes) { Take((uint)b); } }
            static void Random(Span<byte> bytes) { foreach (ref byte b in bytes) { b = (byte)(Next() & 3); } }
            public static ulong Run(ulong seed)
            {
                state = seed | 1;
                digest = 14695981039346656037UL;
                for (int i = 0; i < 3000; i++) { Step(); }
                return digest;
            }
        """;

    public static TheoryData<string, string> Trials => new()
    {
        {
            "BitOperations",
            """
            static void Step()
            {
                ulong x = Wild(); uint y = unchecked((uint)Wild()); int n = Next(200) - 100;
                Take(BitOperations.LeadingZeroCount(x)); Take(BitOperations.LeadingZeroCount(y)); Take(BitOperations.TrailingZeroCount(x)); Take(BitOperations.TrailingZeroCount(y));
                Take(BitOperations.TrailingZeroCount((int)y)); Take(BitOperations.TrailingZeroCount((long)x));
                Take(BitOperations.PopCount(x)); Take(BitOperations.PopCount(y)); Take(BitOperations.Log2(x)); Take(BitOperations.Log2(y));
                Take(BitOperations.IsPow2(x)); Take(BitOperations.IsPow2(y)); Take(BitOperations.IsPow2((int)y)); Take(BitOperations.IsPow2((long)x));
                Take(BitOperations.RotateLeft(x, n)); Take(BitOperations.RotateRight(x, n)); Take(BitOperations.RotateLeft(y, n)); Take(BitOperations.RotateRight(y, n));
                Take(BitOperations.RoundUpToPowerOf2(y));
            }
            """
        },
        {
            "Math",
            """
            static void Step()
            {
                ulong a = Wild(), b = Wild(); long c = unchecked((long)a), d = unchecked((long)b); int e = unchecked((int)a), f = unchecked((int)b);
                Take(Math.Min(a, b)); Take(Math.Max(c, d)); Take(Math.Min(e, f)); Take(Math.Max((byte)a, (byte)b)); Take(Math.Min((short)a, (short)b)); Take(Math.Max((sbyte)a, (sbyte)b));
                Take(Math.Clamp(c, Math.Min(d, 5), Math.Max(d, 5))); Take(Math.Sign(c)); Take(Math.Sign(e));
                if (c != long.MinValue) { Take(Math.Abs(c)); }
                if (e != int.MinValue) { Take(Math.Abs(e)); }
                Take(Math.BigMul(a, b, out ulong low)); Take(low); Take(Math.BigMul(e, f)); Take(Math.BigMul((uint)a, (uint)b));
                if (b != 0) { (ulong q, ulong r) = Math.DivRem(a, b); Take(q); Take(r); }
                if (f != 0 && !(e == int.MinValue && f == -1)) { (int q, int r) = Math.DivRem(e, f); Take(q); Take(r); }
                Take(a.CompareTo(b)); Take(Math.Sign(((short)a).CompareTo((short)b))); Take(c.Equals(d)); Take(e.CompareTo(f)); Take(((nint)c).CompareTo((nint)d)); Take(((nuint)a).Equals((nuint)b));
            }
            """
        },
        {
            "BinaryPrimitives",
            """
            static void Step()
            {
                Buffer64 store = default; Span<byte> s = store; ulong x = Wild(); int at = Next(50);
                BinaryPrimitives.WriteUInt64BigEndian(s[at..], x); Take(BinaryPrimitives.ReadUInt64LittleEndian(s[at..])); Take(BinaryPrimitives.ReadInt64BigEndian(s[at..]));
                BinaryPrimitives.WriteUInt32LittleEndian(s[at..], (uint)x); Take(BinaryPrimitives.ReadUInt32BigEndian(s[(at + 1)..])); Take(BinaryPrimitives.ReadInt32LittleEndian(s[at..]));
                BinaryPrimitives.WriteInt16BigEndian(s[(at + 2)..], (short)x); Take(BinaryPrimitives.ReadUInt16LittleEndian(s[at..])); Take(BinaryPrimitives.ReadInt16BigEndian(s[(at + 1)..]));
                BinaryPrimitives.WriteUInt16LittleEndian(s[at..], (ushort)x); BinaryPrimitives.WriteInt32BigEndian(s[(at + 4)..], (int)x); BinaryPrimitives.WriteInt64LittleEndian(s[(at + 3)..], (long)x);
                Take(BinaryPrimitives.ReverseEndianness(x)); Take(BinaryPrimitives.ReverseEndianness((uint)x)); Take((uint)BinaryPrimitives.ReverseEndianness((ushort)x)); Take(s);
            }
            """
        },
        {
            "Spans",
            """
            static void Step()
            {
                Buffer64 store = default; Span<byte> s = store; Random(s);
                int from = Next(40), length = Next(24), to = Next(40); byte x = (byte)Next(4);
                s.Slice(from, length).CopyTo(s[to..]);                                           // often overlapping
                Take(s); ReadOnlySpan<byte> part = s.Slice(from, length);
                Take(s.IndexOf(x)); Take(part.IndexOf(x)); Take(part.LastIndexOf(x)); Take(s.LastIndexOf(x)); Take(s.IndexOf(part)); Take(part.Contains(x)); Take(s.Contains((byte)9));
                Take(part.SequenceEqual(s.Slice(to, length))); Take(s.StartsWith(s[..length])); Take(s[from..].StartsWith(part)); Take(part.EndsWith(s[..Next(3)])); Take(part.IsEmpty);
                Take(part.Trim(x)); Take(part.TrimStart(x)); Take(part.TrimEnd(x)); s[to..].Reverse(); Take(s);
                s.Slice(to, length).Fill(x); Take(s); s.Slice(from, length).Clear(); Take(s); Take(part.TryCopyTo(s[..Next(24)])); Take(s); Take(s[^1]); Take(s[from..^2].Length);
                Take(s == s[..]); Take(part == s.Slice(from, length)); Take(s[1..] == s); Take(s is [1, .., var last] ? last : -1);
                Span<int> ints = stackalloc int[7]; ints.Fill(Next(100)); ints[2..].Clear(); ints[Next(7)] = 5; Take(ints.IndexOf(5)); Take(MemoryMarshal.AsBytes(ints)); foreach (int i in ints) { Take(i); }
            }
            """
        },
        {
            "Memory",
            """
            struct Pair { public uint A; public ushort B; public byte C; public ulong D; }
            static void Step()
            {
                Buffer64 store = default; Span<byte> s = store; Random(s); s[5] = (byte)Next();
                Take(MemoryMarshal.Read<ulong>(s[Next(50)..])); ulong v = Next(); MemoryMarshal.Write(s[Next(50)..], in v); Take(s);
                foreach (uint u in MemoryMarshal.Cast<byte, uint>(s[Next(8)..])) { Take(u); }
                foreach (ulong u in MemoryMarshal.Cast<byte, ulong>((ReadOnlySpan<byte>)s[..Next(64)])) { Take(u); }
                ref Pair p = ref MemoryMarshal.AsRef<Pair>(s[8..]); Take(p.A); Take((uint)p.B); Take((uint)p.C); Take(p.D); p.B = 7; p.D = Next(); Take(s); Take(Unsafe.SizeOf<Pair>());
                Pair copy = p; copy.C++; Take((uint)copy.C - p.C); Pair* address = &copy; Take(address->D); Take(MemoryMarshal.AsBytes(new Span<Pair>(ref copy)).Length);
                Take(Unsafe.BitCast<ulong, long>(Next())); Take(Unsafe.ByteOffset(ref s[3], ref s[9])); Take(Unsafe.AreSame(ref s[3], ref Unsafe.Add(ref s[0], 3))); Take(Unsafe.As<byte, ushort>(ref s[9]));
                Unsafe.WriteUnaligned(ref s[11], (uint)Next()); Take(Unsafe.ReadUnaligned<ulong>(ref s[9])); Take(Unsafe.IsNullRef(ref s[0]));
                fixed (byte* q = s) { System.Buffer.MemoryCopy(q + 3, q + 9, 40, 30); Unsafe.InitBlock(q + 50, (byte)Next(), 9); Unsafe.CopyBlock(q, q + 40, 15); } Take(s);
                Take(MemoryMarshal.CreateSpan(ref s[4], 9)); Take(MemoryMarshal.GetReference(s));
            }
            """
        },
        {
            "Atomics",
            """
            static int i; static long l; static uint u; static ulong ul; static bool b;
            static void Step()
            {
                int n = unchecked((int)Wild()); long m = unchecked((long)Wild()); unchecked
                {
                    Take(Interlocked.Add(ref i, n)); Take(Interlocked.Add(ref l, m)); Take(Interlocked.Add(ref u, (uint)n)); Take(Interlocked.Add(ref ul, (ulong)m)); Take(Interlocked.Increment(ref i)); Take(Interlocked.Decrement(ref ul));
                    Take(Interlocked.Increment(ref u)); Take(Interlocked.Decrement(ref l)); Take(Interlocked.Exchange(ref l, m)); Take(Interlocked.Exchange(ref u, (uint)n));
                    Take(Interlocked.And(ref i, n)); Take(Interlocked.Or(ref l, m)); Take(Interlocked.And(ref ul, (ulong)m)); Take(Interlocked.Or(ref u, (uint)n)); Interlocked.Or(ref ul, 5); Interlocked.And(ref u, ~4u);
                    Take(Interlocked.CompareExchange(ref i, n, i)); Take(Interlocked.CompareExchange(ref l, 3, m)); Take(Interlocked.CompareExchange(ref ul, (ulong)m, ul)); Take(Interlocked.CompareExchange(ref u, 9, (uint)n));
                }
                Volatile.Write(ref i, n); Take(Volatile.Read(ref i)); Volatile.Write(ref ul, Next()); Take(Volatile.Read(ref ul)); Volatile.Write(ref b, n > 0); Take(Volatile.Read(ref b)); Interlocked.MemoryBarrier(); Take(i); Take(l); Take(u); Take(ul);
            }
            """
        },
        {
            "Language",
            """
            enum Kind : byte { None, Some, Many = 200 }
            interface IShape { int Area(int x); static abstract int Sides { get; } }
            struct Square : IShape { public int Area(int x) => x * x; public static int Sides => 4; }
            struct Circle : IShape { public int Area(int x) => x * x * 3; public static int Sides => 0; }
            static int Measure<T>(int x) where T : struct, IShape => default(T).Area(x) + T.Sides;
            static readonly int[] table = [3, 1, 4, 1, 5, 9, 2, 6];
            static ReadOnlySpan<ushort> Words => [1, 2, 0xFFFF];
            ref struct Cursor(ReadOnlySpan<byte> rest) { public ReadOnlySpan<byte> Rest = rest; public bool Take(out byte b) { if (Rest.IsEmpty) { b = 0; return false; } b = Rest[0]; Rest = Rest[1..]; return true; } }
            static string Name(Kind k) => k switch { Kind.None => "none", Kind.Some => "some", _ => "many" };
            static int Parse(string s) { switch (s) { case "none": return 1; case "some": return 2; case "many": return 3; case "other": return 4; default: return 5; } }
            static void Step()
            {
                int n = Next(8); Kind k = n < 3 ? Kind.None : n < 6 ? Kind.Some : Kind.Many; string name = Name(k); Take(Parse(name)); Take(name.Length); Take((uint)name[n & 3]); foreach (char letter in name) { Take((uint)letter); }
                Take(name == "some"); Take(name.AsSpan(1).Length); Take(name.AsSpan(1, 2).SequenceEqual("om")); Take(string.IsNullOrEmpty(name)); Take((byte)k); Take(k == Kind.Many);
                Take(Measure<Square>(n)); Take(Measure<Circle>(n)); Take(table[n]); Take((uint)Words[n % 3]); foreach (int t in table) { Take(t); }
                int? maybe = n > 4 ? n : null; Take(maybe ?? -1); Take(maybe.HasValue); Take(maybe.GetValueOrDefault(9)); Take(maybe is > 6); int? sum = maybe + 1; Take(sum.GetValueOrDefault());
                (int a, (long b, byte c)) = (n, (n * 3L, (byte)n)); Take(a); Take(b); Take((int)c); Take((a, b) == (3, 9L)); (a, n) = (n, a + 1); Take(a - n);
                Index last = ^1; Range middle = 1..^1; Take(table[last]); (int offset, int length) = middle.GetOffsetAndLength(8); Take(offset * 100 + length); Take(last.GetOffset(5)); Take(new Index(n).Equals(new Index(3)));
                var cursor = new Cursor("bytes"u8[Next(5)..]); while (cursor.Take(out byte next)) { Take((uint)next); }
                char ch = (char)Next(200); Take(char.IsAsciiDigit(ch)); Take(char.IsAsciiLetter(ch)); Take(char.IsAsciiLetterOrDigit(ch)); Take(char.IsAscii(ch)); Take(char.IsHighSurrogate((char)(0xD700 + Next(0x1000)))); Take(char.IsLowSurrogate((char)(0xD700 + Next(0x1000))));
                delegate*<int, int> f = n > 3 ? &Twice : &Thrice; Take(f(n)); Take(checked((byte)(n + 3))); Take(unchecked((sbyte)(n * 77))); Take(n << 35); Take(-n >> 1); Take(-n >>> 1);
                double d = n * 0.5 + 0.25; float fl = n / 3f; Take((int)(d * 4)); Take((int)(fl * 1000)); Take((long)checked((int)d)); Take(d > 2 ? 1 : 0); Take((ulong)(d * 1e15));
            }
            static int Twice(int x) => x * 2; static int Thrice(int x) => x * 3;
            """
        },
    };

    [Theory]
    [MemberData(nameof(Trials))]
    public void It_computes_what_dotnet_computes(string name, string step)
    {
        Assert.NotEmpty(name);
        using var snippet = new Snippet(
            "\n" + Frame[(Frame.IndexOf('\n', StringComparison.Ordinal) + 1)..].Insert(0, "using System.Buffers.Binary;\n") + step + """
            }
            static unsafe class Program
            {
                [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "Write")] static extern void Write(byte* text, int length);
                static int Main()
                {
                    for (ulong seed = 1; seed <= 5; seed++) { ulong digest = Trial.Run(seed * 0x9E3779B97F4A7C15); Write((byte*)&digest, 8); }
                    return 0;
                }
            }
            """);
        (byte[] output, int exit, _) = snippet.Run();
        Assert.Equal(0, exit);
        Func<ulong, ulong> dotnet = Host(Frame + step + "}");
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(dotnet((ulong)(i + 1) * 0x9E3779B97F4A7C15), BinaryPrimitives.ReadUInt64LittleEndian(output.AsSpan(i * 8)));
        }
    }

    [Fact]
    public void It_has_no_API_that_dotnet_lacks()
    {
        CSharpCompilation ours = CSharpCompilation.Create("a", references: [MetadataReference.CreateFromFile(Snippet.CoreLib)]);
        CSharpCompilation theirs = CSharpCompilation.Create(
            "b", references: [MetadataReference.CreateFromFile(typeof(object).Assembly.Location), .. Framework()], options: new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, metadataImportOptions: MetadataImportOptions.All));
        var extra = new List<string>();
        foreach (INamedTypeSymbol type in Types(ours.GetAssemblyOrModuleSymbol(ours.References.Single()) is IAssemblySymbol a ? a.GlobalNamespace : throw new InvalidOperationException()))
        {
            // The hook for panics is ours, and not in System.
            if (type.DeclaredAccessibility != Accessibility.Public || type.ContainingNamespace.ToString()!.StartsWith("Internal.", StringComparison.Ordinal))
            {
                continue;
            }

            INamedTypeSymbol? real = theirs.GetTypesByMetadataName(MetadataName(type)).FirstOrDefault(t => t.ContainingAssembly.Name.StartsWith("System.", StringComparison.Ordinal));
            if (type.Name is "RuntimeImportAttribute" or "RuntimeExportAttribute")
            {
                continue;                       // .NET has them in its NativeAOT library only, for its own use
            }

            if (real is null)
            {
                extra.Add(type.ToString()!);
                continue;
            }

            HashSet<string> known = [.. real.GetMembers().Select(Signature)];
            extra.AddRange(type.GetMembers().Where(m => m.DeclaredAccessibility == Accessibility.Public && m is not INamedTypeSymbol && !m.IsImplicitlyDeclared
                && !known.Contains(Signature(m)) && !m.IsOverride).Select(m => $"{type}: {Signature(m)}"));
        }

        Assert.True(extra.Count == 0, string.Join('\n', extra));
    }

    static string Signature(ISymbol symbol) => symbol switch
    {
        IMethodSymbol m => $"{m.Name}`{m.Arity}({string.Join(", ", m.Parameters.Select(p => Plain(p.Type)))})",
        _ => symbol.Name,
    };

    static string Plain(ITypeSymbol type) => type.ToDisplayString(NullableFlowState.None, SymbolDisplayFormat.MinimallyQualifiedFormat).Replace("?", "", StringComparison.Ordinal);

    static string MetadataName(INamedTypeSymbol type) =>
        type.ContainingType is { } outer ? MetadataName(outer) + "+" + type.MetadataName
        : type.ContainingNamespace.IsGlobalNamespace ? type.MetadataName : type.ContainingNamespace + "." + type.MetadataName;

    static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol container)
    {
        foreach (ISymbol member in container.GetMembers())
        {
            if (member is INamedTypeSymbol type)
            {
                yield return type;
            }

            if (member is INamespaceOrTypeSymbol inner)
            {
                foreach (INamedTypeSymbol nested in Types(inner))
                {
                    yield return nested;
                }
            }
        }
    }

    static IEnumerable<MetadataReference> Framework() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(':').Where(p => Path.GetFileName(p) is "System.Runtime.dll" or "System.Memory.dll" or "System.Collections.dll")
            .Select(p => MetadataReference.CreateFromFile(p));

    /// <summary>The trial on this runtime.</summary>
    static Func<ulong, ulong> Host(string source)
    {
        string folder = Directory.CreateTempSubdirectory("muen-host-").FullName;
        string path = Snippet.Compile(
            source,
            folder,
            OutputKind.DynamicallyLinkedLibrary,
            [MetadataReference.CreateFromFile(typeof(object).Assembly.Location), .. Framework()],
            "Host" + Guid.NewGuid().ToString("N"));
        var context = new AssemblyLoadContext(null, isCollectible: true);
        Assembly assembly = context.LoadFromStream(new MemoryStream(File.ReadAllBytes(path)));
        Directory.Delete(folder, true);
        return assembly.GetType("Trial")!.GetMethod("Run")!.CreateDelegate<Func<ulong, ulong>>();
    }
}
