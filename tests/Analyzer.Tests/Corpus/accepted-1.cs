// SPDX-License-Identifier: MIT
//// accepted: integers of every width
static int Run() { byte a = unchecked((byte)n); short b = (short)(a + 1); uint c = (uint)b * 3; ulong d = c << 7; nint e = (nint)d; return (int)(e & 0xFF); }
//// accepted: checked arithmetic
static int Run() => checked(n + 5) * checked(n - 1);
//// accepted: unchecked arithmetic
static int Run() => unchecked(n * int.MaxValue);
//// accepted: division and remainder
static int Run() => (100 / n) + (100 % n) + (int)(1000UL / (uint)n);
//// accepted: shifts
static int Run() => (n << 3) | (n >> 1) | (int)((uint)n >>> 2);
//// accepted: floating point
static int Run() { double d = n * 1.5; float f = (float)d / 2; return (int)(d + f); }
//// accepted: comparison of floating point
static int Run() { double d = n; return d > 0.5 && d < 1e9 && d == d ? 1 : 0; }
//// accepted: conversion between floating point and integers
static int Run() { double d = n; long l = (long)d; uint u = (uint)d; ulong w = unchecked((ulong)d); return (int)(l + u + (long)w); }
//// accepted: boolean logic
static int Run() => (n == 1) ^ (n > 3) | !(n == 2) ? 1 : 0;
//// accepted: the conditional operator by reference
static int s_a, s_b;
static int Run() { ref int r = ref n == 1 ? ref s_a : ref s_b; r = 5; return s_a; }
//// accepted: characters
static int Run() { char c = (char)('a' + n); return char.IsAsciiLetter(c) ? c : 0; }
//// accepted: enums
enum Color : byte { Red, Green, Blue }
static int Run() { Color c = (Color)n; return c == Color.Green ? (int)c : (int)(c | Color.Blue); }
//// accepted: flags
[Flags] enum Rights { None = 0, Read = 1, Write = 2, All = Read | Write }
static int Run() { Rights r = (Rights)n | Rights.Write; return (r & Rights.Read) != 0 ? 1 : 0; }
//// accepted: a switch over an enum
enum State { Idle, Busy, Done }
static int Run() { switch ((State)n) { case State.Idle: return 1; case State.Busy: return 2; case State.Done: return 3; default: return 4; } }
//// accepted: a switch through a table
static int Run() { switch (n) { case 0: return 4; case 1: return 7; case 2: return 9; case 3: return 1; case 4: return 8; case 5: return 2; default: return 0; } }
//// accepted: a switch expression with an arm for everything
static int Run() => n switch { 1 => 10, 2 => 20, > 5 and < 10 => 30, _ => 0 };
//// accepted: a switch expression over an enum with an arm for everything
enum Kind { A, B }
static int Run() => (Kind)n switch { Kind.A => 1, Kind.B => 2, _ => 3 };
//// accepted: a switch expression over two booleans, complete by itself
static int Run() => (n == 1, n == 2) switch { (true, true) => 1, (true, false) => 2, (false, true) => 3, (false, false) => 4 };
//// accepted: patterns with and, or, not
static int Run() => n is > 0 and not 7 or -3 ? 1 : 0;
//// accepted: property patterns
struct Point { public int X, Y; }
static int Run() { Point p = new() { X = n, Y = 2 }; return p is { X: 1, Y: > 1 } ? 1 : 0; }
//// accepted: positional patterns
readonly struct Pair(int a, int b) { public readonly int A = a, B = b; public void Deconstruct(out int x, out int y) { x = A; y = B; } }
static int Run() => new Pair(n, 2) is (1, var y) ? y : 0;
//// accepted: list patterns
static int Run() { Span<int> s = stackalloc int[3]; s[0] = n; s[1] = 2; s[2] = 3; return s is [1, .., 3] ? s is [var first, _, _] ? first : 0 : 2; }
//// accepted: a switch over a string
static int Run() { string s = n == 1 ? "one" : "two"; switch (s) { case "one": return 1; case "two": return 2; case "three": return 3; default: return 0; } }
//// accepted: a switch over many strings
static string Name() => n == 1 ? "delta" : "zeta";
static int Run() => Name() switch { "alpha" => 1, "beta" => 2, "gamma" => 3, "delta" => 4, "epsilon" => 5, "zeta" => 6, "eta" => 7, "theta" => 8, _ => 0 };
//// accepted: a switch over bytes of text
static int Run() { ReadOnlySpan<byte> s = n == 1 ? "one"u8 : "two"u8; return s.SequenceEqual("one"u8) ? 1 : 2; }
//// accepted: a for loop
static int Run() { int sum = 0; for (int i = 0; i < n + 4; i++) { sum += i; } return sum; }
//// accepted: while, do, break, continue
static int Run() { int i = 0; while (true) { i++; if (i == 3) { continue; } if (i > 6) { break; } } do { i--; } while (i > 0); return i; }
//// accepted: goto
static int Run() { int i = 0; again: i++; if (i < n + 3) { goto again; } return i; }
//// accepted: foreach over a span
static int Run() { Span<int> s = stackalloc int[4]; s.Fill(n); int sum = 0; foreach (int x in s) { sum += x; } return sum; }
//// accepted: foreach by reference
static int Run() { Span<int> s = stackalloc int[4]; s.Clear(); foreach (ref int x in s) { x += n; } return s[3]; }
//// accepted: foreach over a string
static int Run() { int sum = 0; foreach (char c in "abc") { sum += c; } return sum; }
//// accepted: foreach over a constant array
static readonly int[] s_table = [1, 2, 3];
static int Run() { int sum = n; foreach (int x in s_table) { sum += x; } return sum; }
//// accepted: foreach over an enumerator of one's own
ref struct Count(int to) { int _i = -1; readonly int _to = to; public int Current => _i; public bool MoveNext() => ++_i < _to; public Count GetEnumerator() => this; }
static int Run() { int sum = 0; foreach (int i in new Count(n + 3)) { sum += i; } return sum; }
//// accepted: a struct with methods and properties
struct Counter { int _value; public int Value { readonly get => _value; set => _value = value; } public void Add(int x) => _value += x; }
static int Run() { Counter c = default; c.Add(n); c.Value += 3; return c.Value; }
//// accepted: an automatic property
struct Box { public int Value { get; set; } public int Twice => Value * 2; }
static int Run() { Box b = default; b.Value = n; return b.Twice; }
//// accepted: init and required
struct Settings { public required int A { get; init; } public int B { get; init; } }
static int Run() { Settings s = new() { A = n, B = 4 }; Settings t = s with { B = 5 }; return t.A + t.B; }
//// accepted: a constructor of a struct
readonly struct Range2 { public readonly int Low, High; public Range2(int low, int high) { Low = low; High = high; } public int Length => High - Low; }
static int Run() => new Range2(n, n + 9).Length;
//// accepted: a primary constructor of a struct
struct Accumulator(int start) { int _sum = start; public int Add(int x) => _sum += x; }
static int Run() { Accumulator a = new(n); a.Add(3); return a.Add(4); }
//// accepted: the field keyword
struct Limited { public int Value { get; set => field = value < 10 ? value : 10; } }
static int Run() { Limited l = default; l.Value = n + 30; return l.Value; }
//// accepted: an indexer
struct Bits { uint _bits; public bool this[int i] { readonly get => (_bits >> i & 1) != 0; set { if (value) { _bits |= 1u << i; } else { _bits &= ~(1u << i); } } } }
static int Run() { Bits b = default; b[n] = true; return b[1] ? 1 : 0; }
//// accepted: operators
readonly struct Money(int cents) { public readonly int Cents = cents; public static Money operator +(Money a, Money b) => new(a.Cents + b.Cents); public static bool operator >(Money a, Money b) => a.Cents > b.Cents; public static bool operator <(Money a, Money b) => a.Cents < b.Cents; }
static int Run() { Money m = new Money(n) + new Money(5); return m > new Money(3) ? m.Cents : 0; }
//// accepted: conversions of one's own
readonly struct Meters(int v) { public readonly int V = v; public static implicit operator Meters(int v) => new(v); public static explicit operator int(Meters m) => m.V; }
static int Run() { Meters m = n; return (int)m; }
//// accepted: equality of one's own
readonly struct Id(int v) : IEquatable<Id> { readonly int _v = v; public bool Equals(Id other) => _v == other._v; public override int GetHashCode() => _v; }
static int Run() => new Id(n).Equals(new Id(1)) ? new Id(n).GetHashCode() : 0;
//// accepted: equality by IEquatable in generic code
static bool Same<T>(T a, T b) where T : IEquatable<T> => a.Equals(b);
static int Run() => Same(n, 1) && Same('a', (char)(96 + n)) ? 1 : 0;
//// accepted: order by IComparable in generic code
static T Max<T>(T a, T b) where T : IComparable<T> => a.CompareTo(b) > 0 ? a : b;
static int Run() => Max(n, 3) + (int)Max(4ul, (ulong)n);
//// accepted: a generic struct
struct Stack<T> where T : unmanaged { Eight<T> _items; int _count; public void Push(T x) => _items[_count++] = x; public T Pop() => _items[--_count]; }
[InlineArray(8)] struct Eight<T> { T _first; }
static int Run() { Stack<int> s = default; s.Push(n); s.Push(7); return s.Pop() + s.Pop(); }
//// accepted: a generic method
static void Swap<T>(ref T a, ref T b) { T t = a; a = b; b = t; }
static int Run() { int a = n, b = 5; Swap(ref a, ref b); return a; }
//// accepted: an interface as a constraint
interface IShape { int Area { get; } }
readonly struct Square(int a) : IShape { public int Area => a * a; }
readonly struct Strip(int a) : IShape { public int Area => a; }
static int Sum<A, B>(A a, B b) where A : struct, IShape where B : struct, IShape => a.Area + b.Area;
static int Run() => Sum(new Square(n), new Strip(3));
//// accepted: many implementations of an interface as a constraint
interface IOp { static abstract int Apply(int a, int b); }
struct Add : IOp { public static int Apply(int a, int b) => a + b; }
struct Sub : IOp { public static int Apply(int a, int b) => a - b; }
struct Mul : IOp { public static int Apply(int a, int b) => a * b; }
struct And : IOp { public static int Apply(int a, int b) => a & b; }
struct Or : IOp { public static int Apply(int a, int b) => a | b; }
static int Do<T>(int a, int b) where T : IOp => T.Apply(a, b);
static int Run() => Do<Add>(n, 1) + Do<Sub>(n, 1) + Do<Mul>(n, 1) + Do<And>(n, 1) + Do<Or>(n, 1);
//// accepted: a default implementation in an interface of statics
interface IUnit { static virtual int Factor => 10; }
struct Deci : IUnit { }
struct Kilo : IUnit { public static int Factor => 1000; }
static int F<T>() where T : IUnit => T.Factor;
static int Run() => F<Deci>() + F<Kilo>() + n;
//// accepted: a ref struct that implements an interface
interface ISink { void Put(int x); }
ref struct Sink(Span<int> room) : ISink { readonly Span<int> _room = room; int _count; public void Put(int x) => _room[_count++] = x; }
static void Fill<T>(ref T sink) where T : ISink, allows ref struct { sink.Put(n); sink.Put(2); }
static int Run() { Span<int> room = stackalloc int[4]; Sink s = new(room); Fill(ref s); return room[0] + room[1]; }
//// accepted: statics of a generic type
static class Cache<T> { public static int Hits; }
static int Run() { Cache<int>.Hits++; Cache<long>.Hits += 2; return Cache<int>.Hits + Cache<long>.Hits; }
//// accepted: nullable values
static int Run() { int? x = n == 1 ? n : null; return (x ?? 5) + (x.HasValue ? x.Value : 0) + x.GetValueOrDefault(); }
//// accepted: lifted operators
static int Run() { int? a = n, b = null; int? c = a + b; bool d = a > 0; return c is null && d ? 1 : 0; }
//// accepted: nullable equality and null patterns
static int Run() { int? a = n; return a == 1 && a is not null && a is int v ? v : 0; }
//// accepted: tuples
static (int Sum, int Product) Both(int a, int b) => (a + b, a * b);
static int Run() { (int s, int p) = Both(n, 4); return s + p; }
//// accepted: equality of tuples
static int Run() => (n, 2) == (1, 2) ? 1 : 0;
//// accepted: swapping by tuples
static int Run() { int a = n, b = 2; (a, b) = (b, a); return a; }
//// accepted: nested tuples
static int Run() { ((int, int) a, long b) t = ((n, 2), 3); return t.a.Item2 + (int)t.b; }
//// accepted: ref, out, in
static void F(in int a, ref int b, out int c) { b += a; c = b; }
static int Run() { int b = 1; F(n, ref b, out int c); return c; }
//// accepted: returning a reference
static int s_cell;
static ref int Cell() => ref s_cell;
static int Run() { Cell() = n + 6; return s_cell; }
//// accepted: ref fields
ref struct View(ref int x) { public ref int X = ref x; }
static int Run() { int v = n; View w = new(ref v); w.X += 4; return v; }
//// accepted: ref readonly parameters and scoped
static int Get(scoped in int x) => x;
static int Run() => Get(n);
//// accepted: optional and named arguments
static int F(int a, int b = 3, int c = 4) => a + (10 * b) + (100 * c);
static int Run() => F(n, c: 2);
//// accepted: caller information
static int Line([CallerLineNumber] int line = 0) => line;
static int Run() => Line() > 0 ? 1 : n;
//// accepted: params of a span
static int Sum(params ReadOnlySpan<int> xs) { int s = 0; foreach (int x in xs) { s += x; } return s; }
static int Run() => Sum(n, 2, 3) + Sum();
//// accepted: a local function
static int Run() { int F(int x) => x * 2; return F(n); }
//// accepted: a local function that captures
static int Run() { int sum = 0; void Add(int x) { sum += x + n; } Add(1); Add(2); return sum; }
//// accepted: a static local function
static int Run() { static int Square(int x) => x * x; return Square(n + 2); }
//// accepted: recursion
static int Fib(int x) => x < 2 ? x : Fib(x - 1) + Fib(x - 2);
static int Run() => Fib(n + 6);
//// accepted: extension methods
static int Twice(this int x) => x * 2;
static int Run() => n.Twice();
//// accepted: extension members
extension(int x) { int Half => x / 2; }
static int Run() => (n + 9).Half;
//// accepted: expression bodies and using static
static int A => n + 1;
static int B() => A * 2;
static int Run() => B();
//// accepted: constants of every kind
const int I = 5; const string S = "const"; const char C = 'c'; const double D = 2.5; const bool B = true; const ulong U = 0xFFFF_0000_1111_2222;
static int Run() => I + S.Length + C + (int)D + (B ? 1 : 0) + (int)(U >> 60) + n;
//// accepted: a constant made of strings
const string A = "a"; const string Text = A + "b" + nameof(Run) + $"{A}!";
static int Run() => Text.Length + n;
