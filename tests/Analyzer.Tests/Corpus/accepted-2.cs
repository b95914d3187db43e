// SPDX-License-Identifier: MIT
//// accepted: a mutable static
static int s_count;
static int Run() => s_count += n;
//// accepted: statics with constant initialisers
static int s_a = 5; static long s_b = -1; static byte s_c = 0xFF; static double s_d = 1.5; static bool s_e = true; static char s_f = 'x';
static int Run() => s_a + (int)s_b + s_c + (int)s_d + (s_e ? 1 : 0) + s_f + n;
//// accepted: a static computed from constants
const int Size = 4096; static int s_pages = (Size * 4) - 1; static ulong s_mask = ~0UL << 12;
static int Run() => s_pages + (int)s_mask + n;
//// accepted: a static struct with constants
struct Point { public int X, Y; }
static Point s_p = new() { X = 3, Y = 4 };
static int Run() => s_p.X + s_p.Y + n;
//// accepted: a static struct made by a simple constructor
readonly struct Version(int major, int minor) { public readonly int Major = major, Minor = minor; }
static readonly Version s_version = new(1, 2);
static int Run() => s_version.Major + s_version.Minor + n;
//// accepted: a static tuple
static (int A, long B) s_pair = (3, 4);
static int Run() { s_pair.A += n; return s_pair.A + (int)s_pair.B; }
//// accepted: a static nullable
static int? s_last; static int? s_first = 5;
static int Run() { s_last ??= n; return s_last.Value + (s_first ?? 0); }
//// accepted: a static enum
enum Mode { Off, On }
static Mode s_mode = Mode.On;
static int Run() { if (n == 1) { s_mode = Mode.Off; } return (int)s_mode; }
//// accepted: a constant string in a static
static readonly string s_name = "name";
static int Run() => s_name.Length + n;
//// accepted: a constant array of numbers in a static
static readonly byte[] s_table = [1, 2, 3, 4, 5]; static readonly uint[] s_words = { 0xDEADBEEF, 2 }; static readonly long[] s_longs = new long[] { 1, 2, 3 };
static int Run() => s_table[n] + (int)(s_words[1] + s_longs[n]);
//// accepted: a constant span of bytes
static ReadOnlySpan<byte> Table => [1, 2, 3, 4, 5, 6, 7];
static int Run() => Table[n] + Table.Length;
//// accepted: a constant span of wider numbers
static ReadOnlySpan<uint> Words => [1u, 2u, 0xDEADBEEF]; static ReadOnlySpan<long> Longs => new long[] { 1, 2 }; static ReadOnlySpan<char> Chars => ['a', 'b']; static ReadOnlySpan<double> Doubles => [1.5, 2.5];
static int Run() => (int)Words[n] + (int)Longs[n] + Chars[n] + (int)Doubles[n];
//// accepted: a constant span of booleans and signed bytes
static ReadOnlySpan<bool> Bools => [true, false, true]; static ReadOnlySpan<sbyte> Bytes => [-1, 2];
static int Run() => (Bools[n] ? 1 : 2) + Bytes[n];
//// accepted: a large static buffer
[InlineArray(65536)] struct Page { byte _first; }
static class Pool { public static Page Buffer; }
static int Run() { Pool.Buffer[n] = 5; return Pool.Buffer[1]; }
//// accepted: a fixed buffer
struct Frame { public fixed byte Bytes[64]; public int Length; }
static Frame s_frame;
static int Run() { s_frame.Bytes[n] = 9; s_frame.Length = 3; return s_frame.Bytes[1] + s_frame.Length; }
//// accepted: an inline array
[InlineArray(4)] struct Four { int _first; }
static int Run() { Four f = default; f[0] = n; f[3] = 6; Span<int> s = f; int sum = 0; foreach (int x in f) { sum += x; } return sum + s[3]; }
//// accepted: an inline array sliced
[InlineArray(8)] struct Eight { byte _first; }
static int Run() { Eight e = default; Span<byte> s = e[2..6]; s[0] = (byte)n; return s.Length + e[2]; }
//// accepted: stackalloc
static int Run() { Span<byte> s = stackalloc byte[16]; s[n] = 7; return s[1]; }
//// accepted: stackalloc of a length at run time
static int Run() { Span<int> s = stackalloc int[n + 3]; s.Clear(); s[n] = 4; return s[1] + s.Length; }
//// accepted: stackalloc with values
static int Run() { Span<int> s = stackalloc int[] { 1, 2, n }; ReadOnlySpan<byte> b = stackalloc byte[] { 1, 2, 3 }; return s[2] + b[n]; }
//// accepted: stackalloc in an expression
static int Sum(ReadOnlySpan<int> s) { int sum = 0; foreach (int x in s) { sum += x; } return sum; }
static int Run() => Sum(stackalloc int[] { n, 2, 3 });
//// accepted: stackalloc to a pointer
static int Run() { int* p = stackalloc int[8]; p[n] = 3; return *(p + 1); }
//// accepted: a collection expression as a span
static int Run() { Span<int> s = [n, 2, 3]; ReadOnlySpan<int> r = [n, n + 1]; return s[0] + r[1]; }
//// accepted: an empty collection expression
static int Run() { Span<int> s = []; ReadOnlySpan<byte> r = []; return s.Length + r.Length + n; }
//// accepted: a span of strings on the stack
static int Run() { ReadOnlySpan<string> names = ["one", "two", "three"]; int sum = 0; foreach (string s in names) { sum += s.Length; } return sum + n; }
//// accepted: slicing
static int Run() { ReadOnlySpan<byte> s = "hello world"u8; return s[6..].Length + s[..^1].Length + s[^1] + s[n..3].Length; }
//// accepted: indices and ranges as values
static int Run() { Index i = ^2; Range r = 1..^1; ReadOnlySpan<byte> s = "abcdef"u8; return s[i] + s[r].Length + n; }
//// accepted: searching spans
static int Run() { ReadOnlySpan<byte> s = "key=value"u8; int at = s.IndexOf((byte)'='); return at + s.IndexOf("val"u8) + (s.StartsWith("key"u8) ? 1 : 0) + (s.Contains((byte)'z') ? 1 : n); }
//// accepted: copying and filling spans
static int Run() { Span<byte> s = stackalloc byte[8]; "abc"u8.CopyTo(s); s[3..].Fill((byte)n); s.Reverse(); return s.TryCopyTo(stackalloc byte[8]) ? s[0] : 0; }
//// accepted: a span of a struct
struct Point { public int X, Y; }
static int Run() { Span<Point> ps = stackalloc Point[4]; ps[n].X = 4; ref Point p = ref ps[1]; p.Y = 5; return p.X + p.Y; }
//// accepted: a span over one variable
static int Run() { int x = n; Span<int> s = new(ref x); s[0]++; return x; }
//// accepted: a span over a pointer
static int Run() { int x = n; Span<byte> s = new(&x, 4); return s[0] + s.Length; }
//// accepted: reinterpreting memory
static int Run() { Span<byte> s = stackalloc byte[8]; s.Clear(); MemoryMarshal.Cast<byte, uint>(s)[1] = (uint)n; return s[4]; }
//// accepted: reading and writing structs
struct Header { public ushort Type; public uint Length; }
static int Run() { Span<byte> s = stackalloc byte[16]; s.Clear(); s[0] = (byte)n; Header h = MemoryMarshal.Read<Header>(s); return h.Type + (int)h.Length; }
//// accepted: BinaryPrimitives
static int Run() { Span<byte> s = stackalloc byte[8]; BinaryPrimitives.WriteUInt32BigEndian(s, (uint)n); return s[3] + (int)BinaryPrimitives.ReadUInt32LittleEndian(s) ; }
//// accepted: BitOperations
static int Run() => BitOperations.PopCount((uint)n + 6) + BitOperations.LeadingZeroCount((uint)n) + BitOperations.TrailingZeroCount(8) + (int)BitOperations.RotateLeft((uint)n, 3);
//// accepted: Math
static int Run() => Math.Max(n, 3) + Math.Min(n, 3) + Math.Abs(-n) + Math.Clamp(n, 2, 4);
//// accepted: Interlocked and Volatile
static int s_x; static long s_y;
static int Run() { Interlocked.Increment(ref s_x); Interlocked.Add(ref s_y, 4); Interlocked.CompareExchange(ref s_x, 9, n); return Volatile.Read(ref s_x) + (int)s_y; }
//// accepted: volatile fields
static volatile int s_flag;
static int Run() { s_flag = n; return s_flag; }
//// accepted: pointers
struct Node { public int Value; public Node* Next; }
static int Run() { Node a = new() { Value = n }; Node b = new() { Value = 2, Next = &a }; return b.Next->Value; }
//// accepted: pointers to fixed memory
static int Run() { ReadOnlySpan<byte> s = "xyz"u8; fixed (byte* p = s) { return p[n]; } }
//// accepted: fixed over a string
static int Run() { fixed (char* p = "text") { return p[n]; } }
//// accepted: sizeof and unmanaged constraints
static int Size<T>() where T : unmanaged => sizeof(T);
static int Run() => Size<long>() + Size<(byte, int)>() + sizeof(nint) + n;
//// accepted: Unsafe
static int Run() { int x = n; ref byte b = ref Unsafe.As<int, byte>(ref x); return b + Unsafe.SizeOf<long>() + Unsafe.Add(ref x, 0); }
//// accepted: explicit layout
[StructLayout(LayoutKind.Explicit)] struct Word { [FieldOffset(0)] public uint Whole; [FieldOffset(0)] public byte Low; [FieldOffset(2)] public ushort High; }
static int Run() { Word w = default; w.Whole = 0x12345600 + (uint)n; return w.Low + w.High; }
//// accepted: packed layout
[StructLayout(LayoutKind.Sequential, Pack = 1)] struct Packed { public byte A; public uint B; }
static int Run() => sizeof(Packed) + n;
//// accepted: function pointers
static int Twice(int x) => x * 2; static int Thrice(int x) => x * 3;
static int Run() { delegate*<int, int> f = n == 1 ? &Twice : &Thrice; return f(5); }
//// accepted: a table of function pointers
static int A(int x) => x + 1; static int B(int x) => x + 2; static int C(int x) => x + 3;
static int Run() { delegate*<int, int>* table = stackalloc delegate*<int, int>[3]; table[0] = &A; table[1] = &B; table[2] = &C; return table[n](10); }
//// accepted: function pointers of methods with references
static void Bump(ref int x) => x++;
static int Run() { delegate*<ref int, void> f = &Bump; int x = n; f(ref x); return x; }
//// accepted: strings as arguments
static int Length(string s) => s.Length;
static int Run() => Length("four") + Length(n == 1 ? "one" : "three");
//// accepted: characters of a string
static int Run() { string s = "hello"; return s[n] + s[^1] + s.Length; }
//// accepted: comparing strings
static int Run() { string s = n == 1 ? "yes" : "no"; return s == "yes" && s != "no" && s.Equals("yes") && !string.IsNullOrEmpty(s) ? 1 : 0; }
//// accepted: strings as spans
static int Run() { ReadOnlySpan<char> s = "hello"; return s[1..3].Length + "world".AsSpan(1).IndexOf('l') + n; }
//// accepted: strings in structs
struct Named { public string Name; public int Value; }
static int Run() { Named a = new() { Name = "a name", Value = n }; Named b = a; return b.Name.Length + b.Value; }
//// accepted: null checks of strings
static int Length(string? s) => s?.Length ?? -1;
static int Run() => Length(null) + Length(n == 1 ? "x" : null);
//// accepted: null-coalescing of strings
static int Run() { string? s = n == 2 ? "s" : null; s ??= "default"; return (s ?? "").Length; }
//// accepted: strings compared with patterns
static int Run() { string? s = n == 1 ? "abc" : null; return s is "abc" ? 1 : s is null ? 2 : s is { Length: 3 } ? 3 : 4; }
//// accepted: references compared
static int Run() { string a = "same"; object o = a; return ReferenceEquals(a, o) && o == (object)a && o is not null ? n : 0; }
//// accepted: a string in an object
static object? Pick(string? s) => s;
static int Run() => Pick(n == 1 ? "a" : null) != null ? 1 : 0;
//// accepted: classes with statics only
class Helper { public const int Five = 5; public static int Add(int a, int b) => a + b; }
sealed class Deep : Helper { public static int Six => Five + 1; }
static int Run() => Helper.Add(n, Deep.Six);
//// accepted: a class that is never made
sealed class Unused { public int X; public override int GetHashCode() => X; }
static int Use(Unused? u) => u is null ? 1 : u.X;
static int Run() => Use(null) + n;
//// accepted: an attribute of one's own
[AttributeUsage(AttributeTargets.Method)] sealed class MarkAttribute(int level) : Attribute { public int Level => level; }
[Mark(3)] static int Run() => n;
//// accepted: attributes that name types
sealed class KindAttribute(Type type) : Attribute { public Type Kind => type; }
[Kind(typeof(int))] static int Run() => n;
//// accepted: conditional methods
[System.Diagnostics.Conditional("NEVER")] static void Log(string text) { }
static int Run() { Log("nothing"); System.Diagnostics.Debug.Assert(n == 1); return n; }
//// accepted: FailFast
static int Run() { if (n > 100) { Environment.FailFast("too large"); } return n; }
//// accepted: a method that does not return
[DoesNotReturn] static void Stop() => Panic.Stop("impossible");
static int Run() { if (n > 100) { Stop(); } return n; }
//// accepted: a panic of the subject library
static int Run() { if (n > 100) { Panic.Stop("too large"); } return n; }
//// accepted: using of a ref struct
ref struct Scope { public static int Depth; public static Scope Enter() { Depth++; return default; } public void Dispose() => Depth--; }
static int Run() { using (Scope.Enter()) { if (n == 1) { return Scope.Depth; } } return 0; }
//// accepted: a using declaration
struct Lease : IDisposable { public static int Open; public Lease() { Open++; } public void Dispose() => Open--; }
static int Run() { using Lease l = new(); return Lease.Open + n; }
//// accepted: try and finally
static int s_x;
static int Run() { try { s_x = n; if (s_x == 1) { return 5; } } finally { s_x = 9; } return s_x; }
//// accepted: foreach with an enumerator that is disposed
struct Few : IDisposable { int _i; public int Current => _i; public bool MoveNext() => ++_i < 4; public void Dispose() => _i = 0; public Few GetEnumerator() => this; }
static int Run() { int sum = 0; foreach (int x in default(Few)) { sum += x * n; } return sum; }
//// accepted: the text of the subject library
static int Run() { Span<byte> room = stackalloc byte[64]; return Text.Format(room, $"value {n} {n:x8} {"text"} {"bytes"u8}"); }
//// accepted: a console of the subject library
static int Run() { SerialConsole console = default; console.WriteLine($"value {n}"); return n; }
//// accepted: channels of the subject library
struct Message { public const ulong Protocol = 1; public int A; public long B; }
static int Run() { ChannelReader<Message> r = Channel.OpenReader<Message>("in"u8, Message.Protocol); ChannelWriter<Message> w = Channel.OpenWriter<Message>("out"u8, Message.Protocol); while (r.TryRead(out Message m) == ReadResult.Success) { w.Write(in m); } return n; }
//// accepted: events, interrupts, time and memory of the subject library
static int Run() { Event.Open("wake"u8).Trigger(); Interrupts.Wait(40); Time.Arm(Event.Open("timer"u8), Time.Tsc + 1000); Span<byte> m = MemoryRegion.Open("files"u8).WritableBytes; m[n] = 4; return m[0]; }
//// accepted: ports of the subject library
static Ports s_port;
static int Run() { s_port = Ports.Open("console_port"u8); s_port.Write8(0, (byte)n); return s_port.Read8(5); }
//// accepted: the subject's information
static int Run() { SubjectInfo info = SubjectInfo.Own; int sum = 0; for (int i = 0; i < info.ResourceCount; i++) { sum += (int)info[i].Kind; } return sum + Subject.Name.Length + n; }
//// accepted: compound assignment to elements
static int Run() { Span<int> s = stackalloc int[2]; s.Clear(); s[n] += 5; s[n]++; s[0] ^= s[1]; return s[0]; }
//// accepted: null-forgiving and default
static T Get<T>() => default!;
static int Run() => Get<int>() + (Get<string>() is null ? 1 : 0) + n;
//// accepted: a type parameter compared with null
static bool IsNull<T>(T x) where T : class? => x is null;
static int Run() => IsNull("a") ? 1 : IsNull<string?>(null) ? n : 0;
//// accepted: static readonly values that the compiler folds
static class Limits { public static readonly int Most = 64; public static readonly ulong Mask = 0xFFFUL; }
static int Run() => n < Limits.Most ? (int)(Limits.Mask & 0xF0) : 0;
//// accepted: nested static classes and namespaces of constants
static class A { public static class B { public const int C = 3; public static int D = 4; } }
static int Run() => A.B.C + A.B.D + n;
//// accepted: discards
static bool Try(out int x) { x = n; return true; }
static int Run() { _ = Try(out _); (_, int b) = (1, 2); return b; }
//// accepted: unsigned right shift and nint arithmetic
static int Run() { nint a = n; nuint b = (nuint)(a + 4); return (int)(b >> 1) + (int)(a >>> 1); }
//// accepted: a ref local reassigned
static int Run() { int a = n, b = 2; ref int r = ref a; r = ref b; r = 9; return a + b; }
//// accepted: a state machine by hand
struct Parser { int _state; public int Total; public void Feed(byte b) { switch (_state) { case 0: _state = b == '{' ? 1 : 0; break; case 1: if (b == '}') { _state = 0; } else { Total += b; } break; } } }
static int Run() { Parser p = default; foreach (byte b in "a{bc}d"u8) { p.Feed(b); } return p.Total + n; }
//// accepted: a hash
static uint Fnv(ReadOnlySpan<byte> s) { uint h = 2166136261; foreach (byte b in s) { h = unchecked((h ^ b) * 16777619); } return h; }
static int Run() => unchecked((int)Fnv("text"u8)) + n;
//// accepted: sorting
static void Sort<T>(Span<T> s) where T : IComparable<T> { for (int i = 1; i < s.Length; i++) { T x = s[i]; int j = i - 1; while (j >= 0 && s[j].CompareTo(x) > 0) { s[j + 1] = s[j]; j--; } s[j + 1] = x; } }
static int Run() { Span<int> s = [5, n, 3]; Sort(s); return s[0]; }
//// accepted: a ring buffer
struct Ring { Sixteen _items; uint _head, _tail; public bool TryPut(byte b) { if (_head - _tail == 16) { return false; } _items[(int)(_head++ & 15)] = b; return true; } public bool TryGet(out byte b) { b = 0; if (_head == _tail) { return false; } b = _items[(int)(_tail++ & 15)]; return true; } }
[InlineArray(16)] struct Sixteen { byte _first; }
static Ring s_ring;
static int Run() { s_ring.TryPut((byte)n); return s_ring.TryGet(out byte b) ? b : 0; }
