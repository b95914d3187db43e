// SPDX-License-Identifier: MIT
//// wider MUEN2027: a channel of addresses
static int Run() { ChannelReader<MemoryRegion> r = Channel.OpenReader<MemoryRegion>("in"u8, 1); return r.TryRead(out MemoryRegion m) == ReadResult.Success ? m.Bytes[0] : n; } //!

//// wider MUEN2027: rights of every kind
static int Run() => (Channel.OpenReader<Ports>("a"u8, 1).Vector //!
    + Channel.OpenReader<Mmio>("b"u8, 1).Vector //!
    + Channel.OpenReader<MmioRegister<int>>("c"u8, 1).Vector //!
    + Channel.OpenReader<Event>("d"u8, 1).Vector //!
    + Channel.OpenReader<SubjectInfo>("e"u8, 1).Vector //!
    + Channel.OpenReader<SubjectResource>("f"u8, 1).Vector //!
    + Channel.OpenReader<MonitoredSubject>("g"u8, 1).Vector //!
    + Channel.OpenReader<SerialConsole>("h"u8, 1).Vector //!
    + Channel.OpenReader<ChannelReader<int>>("i"u8, 1).Vector //!
    + Channel.OpenReader<ChannelWriter<int>>("j"u8, 1).Vector //!
    + Channel.OpenReader<Log>("k"u8, 1).Vector); //!

//// wider MUEN2027: a right deep in an element
struct Box<T> { public T Value; }
[InlineArray(4)] struct Four<T> { T _first; }
struct Order { public int Number; public Four<Box<Ports>> Ports; }
static int Run() => Channel.OpenReader<Order>("in"u8, 1).Vector; //!

//// wider MUEN2027: pointers in an element
struct Order { public int* Where; }
struct Call { public delegate*<int, int> What; }
static int Run() => Channel.OpenReader<Order>("in"u8, 1).Vector //!
    + Channel.OpenWriter<Call>("out"u8, 1).EventNumber; //!

//// wider MUEN2027: a bool of a peer's
struct Order { public int Number; public bool IsUrgent; }
static int Run() => Channel.OpenReader<Order>("in"u8, 1).Vector //!
    + Channel.OpenReader<bool>("in"u8, 1).Vector; //!

//// wider MUEN2027: a register that holds a right
static int Run() => Mmio.Open("nic"u8).Register<Event>(0).Value.Number; //!

//// wider MUEN2027: writing is the other side's reading
static int Run() { Channel.ResumeWriter<Mmio>("out"u8, 1).Notify(); return n; } //!

//// wider MUEN2027: generic code that does not say what it does with its type
struct Pair<T> where T : unmanaged { public ChannelReader<T> In; } //!
static int Open<T>(T sample) where T : unmanaged => Channel.OpenReader<T>("in"u8, 1).Vector; //!
static int Run() => Open(n) + default(Pair<int>).In.Vector;

//// wider MUEN2027: a type argument that nobody wrote
static int Open<[PlainData] T>(T sample) where T : unmanaged => Channel.OpenReader<T>("in"u8, 1).Vector;
static int Run() => Open(new Event(1)) //!
    + Open(n);

//// wider MUEN2027: a method's address
static int Run() { delegate*<ReadOnlySpan<byte>, ulong, ChannelReader<int>> f = &Channel.OpenReader<int>; delegate*<ReadOnlySpan<byte>, ulong, ChannelReader<Event>> g = &Channel.OpenReader<Event>; return n; } //!

//// wider MUEN2027: a method that is called as another
interface IOpener { static abstract int Open<T>() where T : unmanaged; }
struct Opener : IOpener { public static int Open<[PlainData] T>() where T : unmanaged => Channel.OpenReader<T>("in"u8, 1).Vector; } //!
static int Call<TOpener>() where TOpener : IOpener => TOpener.Open<Event>();
static int Run() => Call<Opener>();

//// wider MUEN2027: a span of bytes as one of rights
static int Run() { Span<byte> bytes = stackalloc byte[64]; bytes.Clear(); return MemoryMarshal.Cast<byte, MemoryRegion>(bytes).Length //!
    + MemoryMarshal.Read<Event>(bytes).Number; } //!

//// wider MUEN2027: the bytes of rights
static int Run() { Span<Event> events = [new Event(1), new Event(2)]; MemoryMarshal.AsBytes(events)[0] = 7; return events[0].Number; } //!

//// wider MUEN2027: rights from a stack that nobody has cleared
static int Run() { Span<Event> events = stackalloc Event[8]; return events[n].Number; } //!

//// wider MUEN2027: a number on top of a right
[StructLayout(LayoutKind.Explicit)] struct Both { [FieldOffset(0)] public ulong Number; [FieldOffset(0)] public Event Right; } //!
static int Run() { Both both = default; both.Number = (ulong)n; return both.Right.Number; }

//// accepted: elements of numbers, of enums, and of what is made of them
enum Kind : ushort { None, One }
[InlineArray(4)] struct Four<T> { T _first; }
struct Box<T> { public T Value; }
struct Order { public const ulong Protocol = 1; public static bool IsKnown; public Kind Kind; public char Sign; public nint Offset; public double Weight; public TimeSpan Age; public Four<Box<long>> Values; public fixed byte Name[16]; }
static int Run() { ChannelReader<Order> r = Channel.OpenReader<Order>("in"u8, Order.Protocol); return r.TryRead(out Order o) == ReadResult.Success ? o.Kind switch { Kind.None => 0, Kind.One => 1, _ => 2 } : n; }

//// accepted: a log's records, and a register of a struct
struct Status { public ushort Length; public ushort Flags; }
static int Run() => Channel.OpenReader<LogRecord>("log"u8, LogRecord.Protocol).Vector + Mmio.Open("nic"u8).Register<Status>(0).Value.Length;

//// accepted: generic code that says what it does with its type
struct Pair<[PlainData] T> where T : unmanaged { public ChannelReader<T> In; public ChannelWriter<T> Out; }
interface IOpener { static abstract int Open<[PlainData] T>() where T : unmanaged; }
struct Opener : IOpener { public static int Open<[PlainData] T>() where T : unmanaged => Channel.OpenReader<T>("in"u8, 1).Vector; }
static int Call<TOpener>() where TOpener : IOpener => TOpener.Open<int>();
static int Run() => default(Pair<int>).In.Vector + Call<Opener>();

//// accepted: rights in collections and in fields of one's own
struct Device { public Ports Ports; public bool IsOpen; }
static int Run() { Span<Event> events = [new Event(1), new Event(2)]; SpanDictionary<int, Device> devices = new(stackalloc SpanSlot<int, Device>[4]); return events[1].Number + devices.Count; }

//// accepted: bytes and numbers as each other
static int Run() { Span<int> numbers = stackalloc int[4]; numbers.Clear(); MemoryMarshal.AsBytes(numbers)[1] = (byte)n; return MemoryMarshal.Cast<int, long>(numbers).Length + MemoryMarshal.Read<short>(MemoryMarshal.AsBytes(numbers)); }
