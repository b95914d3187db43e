// SPDX-License-Identifier: MIT
//// wider MUEN2010: new of a class
class Thing { public int X; }
static int Run() { Thing t = new Thing { X = n }; //!
return t.X; }
//// wider MUEN2010: new of a class by its target
sealed class Thing(int x) { public int X = x; }
static int Run() { Thing t = new(n); //!
return t.X; }
//// wider MUEN2010: new of object
static int Run() { object o = new object(); //!
return o.GetHashCode() + n; }
//// MUEN2010: new of a class in a static that changes
class Thing { public int X; }
static Thing? s_thing; //!MUEN2021
static int Run() { s_thing = new Thing(); //!
s_thing.X = n; return s_thing.X; }
//// wider MUEN2010: new of a class in a static that never changes
class Thing { public int X = 3; }
static readonly Thing s_thing = new(); //!
static int Run() => s_thing.X + n;
//// MUEN2010: new of a type parameter that is a class
class Thing { public int X; }
static T Make<T>() where T : class, new() => new T(); //!
static int Run() => Make<Thing>().X + n;
//// MUEN2010: an anonymous type
static int Run() { var a = new { X = n, Y = 2 }; //!
return a.X + a.Y; }
//// MUEN2010: a record class
record Thing(int X); //!MUEN2023
static int Run() => new Thing(n).X; //!
//// MUEN2010: a linked list
class Node { public int Value; public Node? Next; }
static int Run() { Node? head = null; for (int i = 0; i < n; i++) { head = new Node { Value = i, Next = head }; //!
} return head!.Value; }
//// MUEN2011: new of an array
static int Run() { int[] a = new int[n + 2]; //!
a[n] = 5; return a[1]; }
//// wider MUEN2011: an array of known length
static int Run() { byte[] a = new byte[16]; //!
a[n] = 5; return a[1]; }
//// wider MUEN2011: an array with values
static int Run() { int[] a = { n, 2, 3 }; //!
return a[n]; }
//// wider MUEN2011: an implicitly typed array
static int Run() { var a = new[] { n, 2, 3 }; //!
return a[n]; }
//// wider MUEN2011: a collection expression as an array
static int Run() { int[] a = [n, 2, 3]; //!
return a[n]; }
//// wider MUEN2011: an array of arrays
static int Run() { int[][] a = new int[2][]; //!
return a.Length + n; }
//// MUEN2011: an array of two dimensions
static int Run() { int[,] a = new int[2, 2]; //!
a[n, 1] = 4; return a[1, 1]; }
//// wider MUEN2011: a constant array in a local
static int Run() { int[] a = [1, 2, 3]; //!
return a[n]; }
//// MUEN2011: params of an array
static int Sum(params int[] xs) { int s = 0; foreach (int x in xs) { s += x; } return s; }
static int Run() => Sum(n, 2); //!
//// wider MUEN2011: params of an array, none given
static int Count(params int[] xs) => xs.Length;
static int Run() => Count() + n; //!
//// wider MUEN2011: an array for a span that is not constant
static int Run() { ReadOnlySpan<int> s = new int[] { n, 2 }; //!
return s[n]; }
//// MUEN2011: a spread
static int Run() { Span<int> a = [n, 2]; Span<int> b = [.. a, 3]; //!
return b[2]; }
//// MUEN2011: a range of an array
static readonly int[] s_table = [1, 2, 3, 4];
static int Run() => s_table[n..3].Length; //!
//// MUEN2011: an array of strings in a static
static readonly string[] s_names = ["one", "two"]; //!
static int Run() => s_names[n].Length;
//// wider MUEN2011: an array without values in a static
static readonly int[] s_room = new int[8]; //!
static int Run() { s_room[n] = 4; return s_room[1]; }
//// wider MUEN2012: boxing a number
static int Use(object o) => o.GetHashCode();
static int Run() => Use(n); //!
//// wider MUEN2012: boxing a struct
struct Point { public int X; public override int GetHashCode() => X; }
static int Run() { object o = new Point { X = n }; //!
return o.GetHashCode(); }
//// wider MUEN2012: boxing an enum
enum Color { Red, Green }
static int Use(Enum e) => e.GetHashCode();
static int Run() => Use((Color)n); //!
//// wider MUEN2012: a struct as an interface
interface IShape { int Area { get; } }
struct Square : IShape { public int A; public int Area => A * A; }
static int Area(IShape s) => s.Area; //!MUEN2019
static int Run() => Area(new Square { A = n }); //!
//// MUEN2012: a nullable as an object
static object? Box(int? x) => x; //!
static int Run() => Box(n)!.GetHashCode();
//// MUEN2012: a type parameter as an object
static object Box<T>(T x) where T : struct => x; //!
static int Run() => Box(n).GetHashCode();
//// wider MUEN2012: unboxing
static object? s_object; //!MUEN2021
static int Run() => s_object is null ? n : (int)s_object; //!
//// wider MUEN2012: unboxing by a pattern
static object? Get() => n == 1 ? "a" : null;
static int Run() => Get() is int i ? i : 0; //!
//// wider MUEN2012: GetHashCode that a struct does not have
struct Point { public int X; }
static int Run() => new Point { X = n }.GetHashCode(); //!
//// wider MUEN2012: Equals that a struct does not have
struct Point { public int X; }
static int Run() => new Point { X = n }.Equals(null) ? 1 : 0; //!
//// wider MUEN2012: GetHashCode of an enum
enum Color { Red, Green }
static int Run() => ((Color)n).GetHashCode(); //!
//// wider MUEN2012: Equals of an object in generic code
static bool Same<T>(T a, T b) where T : struct => a.Equals(b); //!
static int Run() => Same(n, 1) ? 1 : 0;
//// MUEN2014: ToString of a number
static int Run() => n.ToString().Length; //!
//// MUEN2014: ToString of an enum
enum Color { Red, Green }
static int Run() => ((Color)n).ToString().Length; //!
//// MUEN2013: a lambda
static int Run() { Func<int, int> f = x => x + 1; //!
return f(n); }
//// MUEN2013: a lambda that captures
static int Run() { int a = n; Action f = () => a++; //!
f(); return a; }
//// MUEN2013: an anonymous method
delegate int Op(int x); //!
static int Run() { Op f = delegate (int x) { return x + 1; }; //!
return f(n); }
//// MUEN2013: a method as a delegate
delegate int Op(int x); //!
static int Twice(int x) => x * 2;
static int Run() { Op f = Twice; //!
return f(n); }
//// MUEN2013: an event
static event Action? Changed; //!
static int Run() { Changed?.Invoke(); return n; }
//// MUEN2013: a static lambda
static int Run() { var f = static (int x) => x * 2; //!
return f(n); }
//// MUEN2014: concatenation of strings
static int Run() { string s = n == 1 ? "a" : "b"; string t = s + "c"; //!
return t.Length; }
//// MUEN2014: concatenation with a number
static int Run() => ("n = " + n).Length; //!
//// MUEN2014: concatenation by assignment
static int Run() { string s = "a"; s += "b"; //!
return s.Length + n; }
//// MUEN2014: an interpolated string
static int Run() { string s = $"n = {n}"; //!
return s.Length; }
//// MUEN2014: a range of a string
static int Run() => "hello"[n..3].Length; //!
//// MUEN2014: new of a string
static int Run() => new string('x', n).Length; //!
//// MUEN2015: throw
static int Run() { if (n > 5) { throw null!; //!
} return n; }
//// MUEN2015: throw of a new exception
static int Run() { if (n > 5) { throw new InvalidOperationException("too large"); //!
} return n; }
//// MUEN2015: a throw expression
static string Get(string? s) => s ?? throw null!; //!
static int Run() => Get("x").Length + n;
//// wider MUEN2015: catch
static int Run() { try { return 5 / n; } catch { return 0; //!
} }
//// MUEN2015: catch of an exception
static int Run() { try { return 5 / n; } catch (Exception e) { return 0; //!MUEN2015,MUEN2026
} }
//// MUEN2015: a throw in a switch expression
static int Run() => n switch { 1 => 2, _ => throw null! }; //!
//// MUEN2016: a switch expression without an arm for the rest
static int Run() => n switch { 1 => 10, 2 => 20 }; //!
//// MUEN2016: a switch expression over an enum without an arm for the rest
enum Kind { A, B }
static int Run() => (Kind)n switch { Kind.A => 1, Kind.B => 2 }; //!
//// MUEN2016: a switch expression whose last arm has a condition
static int Run() => n switch { 1 => 10, _ when n > 3 => 20 }; //!
//// MUEN2017: typeof
static int Run() { Type t = typeof(int); //!
return n; }
//// MUEN2017: GetType
static int Run() { object o = "a"; var t = o.GetType(); //!
return n; }
//// MUEN2017: comparing types
static bool IsInt<T>() => typeof(T) == typeof(int); //!
static int Run() => IsInt<int>() ? n : 0;
//// wider MUEN2018: a cast between classes
class A { public int X; } class B : A { public int Y; }
static A? Get() => null;
static int Run() => n == 1 ? 2 : ((B)Get()!).Y; //!
//// wider MUEN2018: as
static object? Get() => n == 1 ? "a" : null;
static int Run() { string? s = Get() as string; //!
return s is null ? 0 : 1; }
//// wider MUEN2018: a type pattern
static object? Get() => n == 1 ? "a" : null;
static int Run() => Get() is string s ? s.Length : 0; //!
//// wider MUEN2018: is
static object? Get() => n == 1 ? "a" : null;
static int Run() => Get() is string ? 1 : 0; //!
//// MUEN2018: a cast from object
static object Get() => n == 1 ? "a" : "b";
static int Run() => ((string)Get()).Length; //!
//// wider MUEN2018: a switch over types
static object? Get() => n == 1 ? "a" : null;
static int Run() => Get() switch { string s => s.Length, _ => 0 }; //!
//// wider MUEN2018: a type pattern in generic code
static int Kind<T>(T x) => x is int ? 1 : 2; //!
static int Run() => Kind(n) + Kind("s");
//// MUEN2019: a call through an interface
interface I { int F(); }
class A : I { int x; public int F() => x + n; } class B : I { int y; public int F() => y + 1; } class C : I { public int F() => 2; } class D : I { public int F() => 3; }
static readonly I s_a = new A(), s_b = new B(), s_c = new C(), s_d = new D(); //!MUEN2010
static int Run() => (n == 1 ? s_a : n == 2 ? s_b : n == 3 ? s_c : s_d).F(); //!
//// MUEN2019: a call through an interface that nothing implements
interface I { int F(); }
static I? Get() => null;
static int Run() => n == 1 ? 3 : Get()!.F(); //!
//// wider MUEN2019: foreach over an interface
static int Run() { System.Collections.IEnumerable text = "abc"; int sum = 0; foreach (object? o in text) { sum++; } //!
return sum + n; }
//// MUEN2020: a static that a method computes
static int s_value = Next(); //!
[MethodImpl(MethodImplOptions.NoInlining)] static int Next() => (int)Time.Tsc;
static int Run() => s_value + n;
//// MUEN2020: a static that depends on another that changes
static class A { public static int X = 3; }
static int s_value = A.X + 1; //!
static int Run() { A.X += n; return s_value; }
//// MUEN2020: a static from the subject library
static Event s_event = Event.Open("wake"u8); //!
static int Run() { s_event.Trigger(); return n; }
//// MUEN2020: a static constructor
static class Held { public static int X; static Held() { X = (int)Time.Tsc; } } //!
static int Run() => Held.X + n;
//// MUEN2020: a static property with an initialiser that is computed
static ulong Begin { get; } = Time.Tsc; //!
static int Run() => (int)Begin + n;
//// MUEN2020: a static made by a constructor that does more than keep its arguments
readonly struct Stamp { public readonly ulong At; public Stamp(int x) { At = Time.Tsc + (ulong)x; } }
static readonly Stamp s_stamp = new(3); //!
static int Run() => (int)s_stamp.At + n;
//// MUEN2020: a static that a method of constants computes
static int Square(int x) => x * x;
static int s_value = Square(5); //!
static int Run() => s_value + n;
//// wider MUEN2020: a static constructor that the compiler can compute
static class Held { public static int X; static Held() { X = 5; } } //!
static int Run() => Held.X + n;
//// MUEN2021: a static string that changes
static string s_name = "one"; //!
static int Run() { if (n > 5) { s_name = "two"; } return s_name.Length; }
//// MUEN2021: a static object
static object? s_object; //!
static int Run() { s_object = "a"; return s_object is null ? 0 : n; }
//// wider MUEN2021: a static array that changes
static int[]? s_room; //!
static int Run() => s_room is null ? n : s_room.Length;
//// MUEN2021: a static struct with a string
struct Named { public string Name; public int Value; }
static Named s_named; //!
static int Run() { s_named.Name = "a"; s_named.Value = n; return s_named.Name.Length; }
//// MUEN2021: a static property of a string
static string Name { get; set; } = "a"; //!
static int Run() { if (n > 5) { Name = "bb"; } return Name.Length; }
//// MUEN2022: a static of a thread
[ThreadStatic] static int s_value; //!
static int Run() => s_value += n;
//// MUEN2023: an iterator
static System.Collections.IEnumerable Numbers() { yield return "a"; //!
}
static int Run() { foreach (object? o in Numbers()) { return 1; } //!MUEN2019
return 0; }
//// MUEN2023: async
static async System.Threading.Tasks.Task<int> Later() { await System.Threading.Tasks.Task.Yield(); return n; } //!MUEN2023,MUEN2026
static int Run() => n;
//// MUEN2023: lock
static int Run() { object o = "gate"; lock (o) { return n; } } //!
//// MUEN2023: dynamic
static int Run() { dynamic d = "a"; //!
return d.Length; }
//// MUEN2023: a query
static int Run() { ReadOnlySpan<int> s = [1, 2]; var q = from x in "abc" select x; //!
return n; }
//// MUEN2023: a record struct
record struct Point(int X, int Y); //!
static int Run() => new Point(n, 2).X;
//// MUEN2024: DllImport
[DllImport("c")] static extern int getpid(); //!
static int Run() => getpid() + n;
//// MUEN2024: an import that no stub defines
[MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "Nowhere")] static extern int Nowhere(); //!
static int Run() => Nowhere() + n;
//// MUEN2024: extern without an import
static extern int Nothing(); //!
static int Run() => Nothing() + n;
//// wider MUEN2024: an import of a stub of the subject library's own
[MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ReadTsc")] static extern ulong ReadTsc(); //!
static int Run() => (int)ReadTsc() + n;
//// MUEN2025: the remainder of floating point
static int Run() { double d = n * 1.5; return (int)(d % 1.25); } //!
//// MUEN2025: the remainder of single precision
static int Run() { float f = n * 1.5f; f %= 1.25f; //!
return (int)f; }
//// MUEN2025: decimal
static int Run() { decimal d = 1.5m; //!
return n; }
//// MUEN2026: a list
static int Run() { var list = new System.Collections.Generic.List<int>(); //!
return n; }
//// MUEN2026: the console
static int Run() { Console.WriteLine("hello"); //!
return n; }
//// MUEN2026: DateTime
static int Run() { var now = DateTime.UtcNow; //!
return n; }
//// MUEN2026: a thread
static int Run() { Thread.Sleep(5); //!
return n; }
//// MUEN2026: a builder of strings
static int Run() { var b = new System.Text.StringBuilder(); //!
return n; }
//// MUEN2026: random numbers
static int Run() => Random.Shared.Next() + n; //!
//// MUEN2026: the garbage collector
static int Run() { GC.Collect(); //!
return n; }
//// MUEN2010: a class that is handed on
class Thing { public int X; }
[MethodImpl(MethodImplOptions.NoInlining)] static Thing Make() => new Thing { X = n }; //!
static int Run() => Make().X;
//// MUEN2010: an object that a method keeps
class Thing { public int X; }
[MethodImpl(MethodImplOptions.NoInlining)] static bool Same(object a, object b) => ReferenceEquals(a, b);
struct Holder { public object Held; }
[MethodImpl(MethodImplOptions.NoInlining)] static void Keep(ref Holder h) => h.Held = new Thing { X = n }; //!
static int Run() { Holder h = default; Keep(ref h); return Same(h.Held, "a") ? 1 : 0; }
//// MUEN2011: an array that is handed on
[MethodImpl(MethodImplOptions.NoInlining)] static int[] Make() => new int[16]; //!
static int Run() => Make()[n];
//// MUEN2011: a constant array that is handed on
[MethodImpl(MethodImplOptions.NoInlining)] static int[] Make() => [1, 2, 3]; //!
static int Run() => Make()[n];
//// MUEN2011: an array of an array that is handed on
[MethodImpl(MethodImplOptions.NoInlining)] static int[][] Make() => new int[2][]; //!
static int Run() => Make().Length + n;
//// MUEN2012: a number that is handed on as an object
[MethodImpl(MethodImplOptions.NoInlining)] static object Make() => n; //!
static int Run() => ReferenceEquals(Make(), null) ? 1 : 0;
//// MUEN2012: a struct that is handed on as an interface
interface IShape { }
struct Square : IShape { public int A; }
[MethodImpl(MethodImplOptions.NoInlining)] static IShape Make() => new Square { A = n }; //!
static int Run() => ReferenceEquals(Make(), null) ? 1 : 0;
//// MUEN2012: an enum that is handed on as an object
enum Color { Red, Green }
[MethodImpl(MethodImplOptions.NoInlining)] static Enum Make() => (Color)n; //!
static int Run() => ReferenceEquals(Make(), null) ? 1 : 0;
//// MUEN2012: unboxing what is handed on
struct Point { public int X; }
[MethodImpl(MethodImplOptions.NoInlining)] static object? Make() => n == 5 ? "a" : null;
[MethodImpl(MethodImplOptions.NoInlining)] static Point Take(object? o) => (Point)o!; //!
static int Run() => Take(Make()).X;
//// MUEN2018: a cast of what is handed on
class A { public int X; } sealed class B : A { public int Y; }
static readonly A s_a = new A(), s_b = new B(); //!MUEN2010
[MethodImpl(MethodImplOptions.NoInlining)] static A Pick() => n == 1 ? s_a : s_b;
static int Run() => ((B)Pick()).Y; //!
//// MUEN2018: as of what is handed on
class A { public int X; } class B : A { public int Y; } class C : B { }
static readonly A s_a = new A(), s_b = new B(), s_c = new C(); //!MUEN2010
[MethodImpl(MethodImplOptions.NoInlining)] static A Pick() => n == 1 ? s_a : n == 2 ? s_b : s_c;
static int Run() => Pick() as B is null ? 1 : 0; //!
//// MUEN2018: a type pattern of what is handed on
class A { public int X; } class B : A { public int Y; } class C : B { }
static readonly A s_a = new A(), s_b = new B(), s_c = new C(); //!MUEN2010
[MethodImpl(MethodImplOptions.NoInlining)] static A Pick() => n == 1 ? s_a : n == 2 ? s_b : s_c;
static int Run() => Pick() is B b ? b.Y : 0; //!
//// MUEN2021: a static array that is assigned
static int[]? s_room; static readonly int[] s_table = [1, 2]; //!
static int Run() { s_room = n == 1 ? s_table : null; return s_room is null ? n : s_room.Length; }
