// SPDX-License-Identifier: MIT
using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Text;
using Muen.Abi;

namespace Muen.Testing;

/// <summary>What a subject is doing.</summary>
public enum SubjectState
{
    /// <summary>It runs whenever it is its turn.</summary>
    Ready,

    /// <summary>It sleeps until an interrupt or a timed event comes.</summary>
    Asleep,

    /// <summary>It has stopped: a panic, a failed check of C#, or Main came to its end.</summary>
    Stopped,
}

/// <summary>A subject of a <see cref="SimulatedSystem"/>: its program, on a thread of its own that runs when it is its turn, with its own statics.</summary>
public sealed unsafe class SimulatedSubject : IDisposable
{
    const int InfoSize = 8 * 4096;
    const byte FirstVector = 32;

    readonly SimulatedSystem _system;
    readonly string _program;
    readonly Abi.SubjectInfo* _info;
    readonly SchedulingInfo* _scheduling;
    readonly TimedEvent* _timed;
    readonly Dictionary<byte, Action> _events = [];
    readonly SortedSet<uint> _pending = [];
    readonly Dictionary<ushort, (Func<int, int, uint> Read, Action<int, int, uint> Write, int Offset)> _ports = [];
    readonly List<(ulong First, int Size, Func<int, int, ulong> Read, Action<int, int, ulong> Write)> _registers = [];
    readonly SemaphoreSlim _turn = new(0);
    readonly byte _sleep;
    Thread? _thread;
    byte _nextEvent;
    byte _nextVector = FirstVector;
    bool _ending;

    internal SimulatedSubject(SimulatedSystem system, string program, string name)
    {
        _system = system;
        _program = program;
        Name = name;
        _info = (Abi.SubjectInfo*)system.Allocate(InfoSize);
        _scheduling = (SchedulingInfo*)system.Allocate(4096);
        _timed = (TimedEvent*)system.Allocate(4096);
        _timed->Trigger = TimedEvent.Disarmed;
        _info->Magic = Abi.SubjectInfo.ExpectedMagic;
        _info->TscKhz = SimulatedSystem.TicksPerMillisecond;
        Put(_info->Name, name);
        _sleep = AddEvent("sleep", null);
    }

    /// <summary>The subject's name.</summary>
    public string Name { get; }

    /// <summary>What it is doing.</summary>
    public SubjectState State { get; private set; }

    /// <summary>Why it stopped: a panic's text with file and line, or what .NET says of the check that failed.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>What .NET threw, when the subject failed a check of C#.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Whether it may stop; otherwise <see cref="SimulatedSystem.Run"/> fails when it does.</summary>
    public bool MayStop { get; set; }

    /// <summary>Adds an event that it may trigger.</summary>
    /// <param name="name">Logical name.</param>
    /// <param name="action">What happens; null for nothing.</param>
    /// <returns>The event's number.</returns>
    public byte AddEvent(string name, Action? action)
    {
        byte number = _nextEvent++;
        AddResource(ResourceKind.Event, name)->Data[0] = number;
        if (action is not null)
        {
            _events[number] = action;
        }

        return number;
    }

    /// <summary>Adds a vector of an interrupt that it may receive.</summary>
    /// <param name="name">Logical name.</param>
    /// <returns>The vector, for <see cref="Interrupt"/>.</returns>
    public byte AddVector(string name)
    {
        byte vector = _nextVector++;
        AddResource(ResourceKind.Vector, name)->Data[0] = vector;
        return vector;
    }

    /// <summary>Adds a region of memory.</summary>
    /// <param name="name">Logical name.</param>
    /// <param name="content">Its first content.</param>
    /// <param name="writable">Whether the subject may write it: a .NET process cannot forbid it, but the library keeps to it.</param>
    /// <returns>The region, as others would see it.</returns>
    public Span<byte> AddMemory(string name, ReadOnlySpan<byte> content, bool writable = false)
    {
        int size = Math.Max((content.Length + 4095) & ~4095, 4096);
        nint memory = _system.Allocate(size);
        content.CopyTo(new Span<byte>((void*)memory, size));
        AddMemory(name, MemoryKind.Subject, memory, size, writable);
        return new Span<byte>((void*)memory, size);
    }

    /// <summary>Adds memory that several subjects see.</summary>
    /// <param name="name">Logical name.</param>
    /// <param name="memory">The memory, from <see cref="SimulatedSystem.AddMemory"/>.</param>
    /// <param name="writable">Whether this subject may write it.</param>
    public void AddMemory(string name, SimulatedMemory memory, bool writable = false)
    {
        ArgumentNullException.ThrowIfNull(memory);
        AddMemory(name, MemoryKind.Subject, memory.Address, memory.Size, writable);
    }

    /// <summary>Adds registers of a device in memory, which <see cref="Mmio"/> reads and writes.</summary>
    /// <param name="name">Logical name: the device's and the memory's, joined by <c>_</c>.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="read">Reads: offset from the first byte, bytes; returns the value.</param>
    /// <param name="write">Writes: offset from the first byte, bytes, value; null where the policy grants reading only.</param>
    public void AddRegisters(string name, int size, Func<int, int, ulong> read, Action<int, int, ulong>? write = null)
    {
        nint memory = _system.Allocate((size + 4095) & ~4095);
        DeviceMemoryResource* resource = (DeviceMemoryResource*)AddResource(ResourceKind.DeviceMemory, name)->Data;
        resource->Flags = write is null ? MemoryFlags.None : MemoryFlags.Writable;
        resource->Address = (ulong)memory;
        resource->Size = (ulong)size;
        _registers.Add(((ulong)memory, size, read, write ?? ((_, _, _) => { })));
    }

    /// <summary>Adds the clock that a <see cref="RealTimeClock"/> reads.</summary>
    /// <param name="now">What it shows; universal time, whole seconds.</param>
    /// <param name="name">Logical name of its ports: the device's and the ports', joined by <c>_</c>.</param>
    public void AddRealTimeClock(Func<DateTime> now, string name = "cmos_port")
    {
        int index = 0;
        AddPorts(
            name,
            0x70,
            2,
            (offset, _) => offset == 0 ? 0xFF : Register(now(), index),
            (offset, _, value) => index = offset == 0 ? (int)value & 0x7F : index);

        static uint Register(DateTime time, int index) => index switch
        {
            0 => Decimal(time.Second),
            2 => Decimal(time.Minute),
            4 => Decimal(time.Hour),
            7 => Decimal(time.Day),
            8 => Decimal(time.Month),
            9 => Decimal(time.Year % 100),
            0x0B => 2,
            0x32 => Decimal(time.Year / 100),
            _ => 0,
        };

        static uint Decimal(int value) => (uint)((value / 10 * 16) + (value % 10));
    }

    /// <summary>Adds I/O ports.</summary>
    /// <param name="name">Logical name: the device's and the ports', joined by <c>_</c>.</param>
    /// <param name="first">First port.</param>
    /// <param name="count">How many.</param>
    /// <param name="read">Reads: offset from the first port, bytes; returns the value.</param>
    /// <param name="write">Writes: offset from the first port, bytes, value.</param>
    public void AddPorts(string name, ushort first, ushort count, Func<int, int, uint> read, Action<int, int, uint> write)
    {
        PortResource* ports = (PortResource*)AddResource(ResourceKind.DevicePort, name)->Data;
        ports->Address = first;
        ports->Size = count;
        for (int i = 0; i < count; i++)
        {
            _ports[(ushort)(first + i)] = (read, write, i);
        }
    }

    /// <summary>Adds a serial console with its interrupt.</summary>
    /// <param name="device">The device's logical name; its ports are called <c>port</c>, its interrupt <c>irq</c>.</param>
    public SimulatedConsole AddConsole(string device = "console")
    {
        byte vector = AddVector(device + "_irq");
        var console = new SimulatedConsole(() => Interrupt(vector));
        AddPorts(device + "_port", 0x3F8, 8, console.Read, console.Write);
        return console;
    }

    /// <summary>An interrupt comes.</summary>
    /// <param name="vector">Its vector.</param>
    public void Interrupt(byte vector)
    {
        _pending.Add(vector);
        Wake();
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {State}{(Reason.Length == 0 ? "" : " (" + Reason + ")")}";

    /// <summary>Ends the thread.</summary>
    public void Dispose()
    {
        _ending = true;
        if (_thread is { IsAlive: true })
        {
            _turn.Release();
            _thread.Join();
        }

        _turn.Dispose();
    }

    /// <summary>When its timed event is due.</summary>
    internal ulong NextTimedEvent => State == SubjectState.Stopped ? TimedEvent.Disarmed : _timed->Trigger;

    internal void FireTimedEvent()
    {
        if (State != SubjectState.Stopped && _timed->Trigger <= _system.Tsc)
        {
            _timed->Trigger = TimedEvent.Disarmed;
            Trigger(_timed->Event);
            Wake();
        }
    }

    internal void AddChannel(string name, nint memory, int size, bool writable) => AddMemory(name, MemoryKind.Channel, memory, size, writable);

    /// <summary>Its turn; the system waits for it to give it back.</summary>
    internal void Go()
    {
        _scheduling->Start = _system.Tsc;
        _scheduling->End = _system.Tsc + SimulatedSystem.TicksPerMillisecond;
        if (_thread is null)
        {
            _thread = new Thread(Main) { IsBackground = true, Name = Name };
            _thread.Start();
        }

        _turn.Release();
    }

    void Main()
    {
        _turn.Wait();
        try
        {
            if (!_ending)
            {
                var program = SubjectProgram.Load(_program);
                Connect(program);
                program.Run();
                Reason = "Main came to its end";
            }
        }
        catch (EndException end)
        {
            Reason = end.Message;
        }
#pragma warning disable CA1031 // What the program threw is what it failed by; the test hears of it from Run.
        catch (Exception failure)
        {
            Failure = failure;
            Reason = failure.Message;
        }
#pragma warning restore CA1031
        State = SubjectState.Stopped;
        if (!_ending)
        {
            _system.Back();
        }
    }

    /// <summary>Puts this subject's processor into its copy of the subject library.</summary>
    void Connect(SubjectProgram program)
    {
        program.Set("SubjectInfo", (ulong)_info);
        program.Set("SchedulingInfo", (ulong)_scheduling);
        program.Set("TimedEvent", (ulong)_timed);
        program.Set("OnVmcall", new Action<ulong>(Vmcall));
        program.Set("OnStep", new Action(Step));
        program.Set("OnStop", new Action<string>(reason => throw new EndException(reason)));
        program.Set("OnReadTsc", new Func<ulong>(() =>
        {
            Step();
            return _system.Tsc;
        }));
        program.Set("OnIn", new Func<ushort, int, uint>((port, width) =>
        {
            Step();
            return _ports.TryGetValue(port, out var at) ? at.Read(at.Offset, width) : throw new EndException($"port 0x{port:x} is not its own");
        }));
        program.Set("OnOut", new Action<ushort, int, uint>((port, width, value) =>
        {
            Step();
            (_ports.TryGetValue(port, out var at) ? at : throw new EndException($"port 0x{port:x} is not its own")).Write(at.Offset, width, value);
        }));
        program.Set("OnMmioRead", new Func<ulong, int, ulong?>((address, width) =>
        {
            Step();
            var device = _registers.Find(r => address >= r.First && address - r.First < (ulong)r.Size);
            return device.Read?.Invoke((int)(address - device.First), width);
        }));
        program.Set("OnMmioWrite", new Func<ulong, int, ulong, bool>((address, width, value) =>
        {
            Step();
            var device = _registers.Find(r => address >= r.First && address - r.First < (ulong)r.Size);
            device.Write?.Invoke((int)(address - device.First), width, value);
            return device.Write is not null;
        }));
        program.Set("OnTakeInterrupt", new Func<uint, bool>(vector =>
        {
            Step();
            return _pending.Remove(vector);
        }));
        program.Set("OnTestInterrupt", new Func<uint, bool>(vector =>
        {
            Step();
            return _pending.Contains(vector);
        }));
        program.Set("OnTakeAllInterrupts", new Func<ulong>(() =>
        {
            Step();
            int count = _pending.Count;
            _pending.Clear();
            return (ulong)count;
        }));
        program.Set("OnSleepUnless", new Action<uint, ulong>((vector, _) =>
        {
            // One step, as between CLI and VMCALL: nobody else runs in between.
            if (vector == 0 ? _pending.Count == 0 : !_pending.Contains(vector))
            {
                Sleep();
            }
        }));
    }

    void Vmcall(ulong number)
    {
        if (number == _sleep)
        {
            Sleep();
            return;
        }

        Trigger((uint)number);
        Step();
    }

    void Trigger(uint number)
    {
        if (number <= byte.MaxValue && _events.TryGetValue((byte)number, out Action? action))
        {
            action();
        }
    }

    void Sleep()
    {
        State = SubjectState.Asleep;
        GiveTurn();
    }

    void Wake() => State = State == SubjectState.Asleep ? SubjectState.Ready : State;

    void Step()
    {
        if (_system.Step())
        {
            GiveTurn();
        }
    }

    void GiveTurn()
    {
        _system.Back();
        _turn.Wait();
        if (_ending)
        {
            throw new EndException("the test is over");
        }
    }

    void AddMemory(string name, MemoryKind kind, nint memory, int size, bool writable)
    {
        MemoryResource* resource = (MemoryResource*)AddResource(ResourceKind.Memory, name)->Data;
        resource->Kind = kind;
        resource->Flags = writable ? MemoryFlags.Writable : MemoryFlags.None;
        resource->Pattern = MemoryResource.NoPattern;
        resource->Address = (ulong)memory;
        resource->Size = (ulong)size;
    }

    Resource* AddResource(ResourceKind kind, string name)
    {
        if (_info->ResourceCount == Abi.SubjectInfo.MaxResources)
        {
            throw new SimulationException($"a subject has at most {Abi.SubjectInfo.MaxResources} resources");
        }

        Resource* resource = (Resource*)((byte*)_info + Abi.SubjectInfo.ResourcesOffset) + _info->ResourceCount;
        _info->ResourceCount++;
        resource->Kind = kind;
        Put(resource->Name, name);
        return resource;
    }

    static void Put(byte* at, string name)
    {
        if (name.Length > Limits.NameLength)
        {
            throw new SimulationException($"a name has at most {Limits.NameLength} characters: {name}");
        }

        at[0] = (byte)name.Length;
        Encoding.ASCII.GetBytes(name, new Span<byte>(at + 1, name.Length));
    }

    /// <summary>Leaves the program's code.</summary>
    sealed class EndException(string reason) : Exception(reason);
}
