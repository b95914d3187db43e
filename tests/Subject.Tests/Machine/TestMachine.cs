// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;
using Muen.Abi;

namespace Muen.Tests.Machine;

/// <summary>The subject did what makes a real one exit to the kernel.</summary>
public sealed class ExitException(string what) : Exception(what);

/// <summary>
/// The machine around the code under test: its information pages, interrupts, events, and a UART. One for each thread, so that several subjects, or several
/// samples of a property, run side by side.
/// </summary>
sealed unsafe class TestMachine : IDisposable
{
    internal const ushort Uart = 0x3F8;

    /// <summary>Vmcalls and pauses without any effect after which a subject counts as asleep for good.</summary>
    const int Patience = 10_000;

    [ThreadStatic]
    static TestMachine? s_current;

    [ThreadStatic]
    static Action? s_step;

    readonly TestMachine? _outer;
    readonly Abi.SubjectInfo* _info = (Abi.SubjectInfo*)NativeMemory.AllocZeroed(8 * 4096);
    int _idle;

    internal TestMachine()
    {
        _outer = s_current;
        s_current = this;
        Subject.s_sleepEvent = Subject.Unknown;
        Subject.s_yieldEvent = Subject.Unknown;
        SchedulingInfo = (SchedulingInfo*)NativeMemory.AllocZeroed(4096);
        TimedEvent = (TimedEvent*)NativeMemory.AllocZeroed(4096);
        _info->Magic = Abi.SubjectInfo.ExpectedMagic;
        _info->TscKhz = 50_000;
        Vmcall = number => Vmcalls.Add(number);
    }

    /// <summary>Makes this the machine of a further thread.</summary>
    internal void Enter() => s_current = this;

    /// <summary>The machine of this thread.</summary>
    internal static TestMachine Current => s_current ?? throw new InvalidOperationException("this thread has no machine");

    internal Abi.SubjectInfo* SubjectInfo => _info;

    internal SchedulingInfo* SchedulingInfo { get; }

    internal TimedEvent* TimedEvent { get; }

    /// <summary>How far time goes on with each look at it.</summary>
    internal ulong TicksPerLook { get; init; }

    internal ulong StackTop { get; set; }

    /// <summary>What RBP holds; 0 ends a backtrace before it begins.</summary>
    internal ulong FramePointer { get; set; }

    internal PendingInterrupts Pending { get; } = new();

    internal List<byte> Vmcalls { get; } = [];

    /// <summary>What a VMCALL does.</summary>
    internal Action<byte> Vmcall { get; set; }

    /// <summary>What a PAUSE does.</summary>
    internal Action? Paused { get; set; }

    /// <summary>Ports of a device that a test brings; null for the UART.</summary>
    internal Func<ushort, uint>? PortRead { get; set; }

    /// <inheritdoc cref="PortRead"/>
    internal Action<ushort, uint>? PortWrite { get; set; }

    /// <summary>Bytes that the UART has yet to receive.</summary>
    internal Queue<byte> Input { get; } = new();

    /// <summary>Bytes that the UART has sent.</summary>
    internal List<byte> Output { get; } = [];

    /// <summary>Everything written to ports, in order.</summary>
    internal List<(ushort Port, int Width, uint Value)> Writes { get; } = [];

    /// <summary>Whether the transmitter is always busy.</summary>
    internal bool Stuck { get; set; }

    /// <summary>Whether nothing exits: a kernel that does not isolate.</summary>
    internal bool LetsPass { get; set; }

    /// <summary>Whether ports exit: a subject that has none.</summary>
    internal bool PortsExit { get; set; }

    /// <summary>Whether a sleeping subject blocks its thread until another thread brings an interrupt; else a sleep is a VMCALL like any other.</summary>
    internal bool Sleeps { get; init; }

    internal bool InterruptsEnabled { get; set; } = true;

    internal string OutputText
    {
        get
        {
            lock (Output)
            {
                return Encoding.UTF8.GetString([.. Output]);
            }
        }
    }

    public void Dispose()
    {
        s_current = _outer;
        NativeMemory.Free(_info);
        NativeMemory.Free(SchedulingInfo);
        NativeMemory.Free(TimedEvent);
    }

    /// <summary>Runs <paramref name="action"/> with <paramref name="step"/> before each access to shared memory.</summary>
    internal static void Interleave(Action step, Action action)
    {
        s_step = step;
        try
        {
            action();
        }
        finally
        {
            s_step = null;
        }
    }

    internal static void Step() => s_step?.Invoke();

    /// <summary>Adds a resource to the subject information.</summary>
    internal Resource* Add(ResourceKind kind, string name)
    {
        Resource* resource = (Resource*)((byte*)_info + Abi.SubjectInfo.ResourcesOffset + (_info->ResourceCount * sizeof(Resource)));
        _info->ResourceCount++;
        resource->Kind = kind;
        resource->Name[0] = (byte)name.Length;
        for (int i = 0; i < name.Length; i++)
        {
            resource->Name[i + 1] = (byte)name[i];
        }
        return resource;
    }

    internal void AddNumber(ResourceKind kind, string name, byte number) => Add(kind, name)->Data[0] = number;

    internal void AddMemory(string name, MemoryKind kind, void* address, ulong size, MemoryFlags flags)
    {
        MemoryResource* memory = (MemoryResource*)Add(ResourceKind.Memory, name)->Data;
        memory->Kind = kind;
        memory->Flags = flags;
        memory->Pattern = MemoryResource.NoPattern;
        memory->Address = (ulong)address;
        memory->Size = size;
    }

    internal void AddPorts(string name, ushort first, ushort count)
    {
        PortResource* ports = (PortResource*)Add(ResourceKind.DevicePort, name)->Data;
        ports->Address = first;
        ports->Size = count;
    }

    internal void Type(string text)
    {
        foreach (byte value in Encoding.UTF8.GetBytes(text))
        {
            Input.Enqueue(value);
        }
    }

    internal SchedulingInfo* LookAtClock()
    {
        SchedulingInfo->Start += TicksPerLook;
        return SchedulingInfo;
    }

    internal void OnVmcall(byte number)
    {
        CountIdle();
        Vmcall(number);
    }

    internal void OnSleep(byte number, Func<IReadOnlyCollection<byte>, bool> awake)
    {
        if (Sleeps)
        {
            Pending.SleepUnless(awake);
        }
        else if (!awake(Pending.Vectors))
        {
            OnVmcall(number);
        }
    }

    internal void OnPause()
    {
        if (!Stuck)
        {
            CountIdle();
        }
        Paused?.Invoke();
    }

    internal uint OnIn(ushort port, int width)
    {
        ExitForPort($"in {port:x} {width}");
        if (PortRead is not null)
        {
            return PortRead(port);
        }
        switch (port)
        {
            case Uart when Input.Count != 0:
                _idle = 0;
                return Input.Dequeue();
            case Uart + 5:
                return (Stuck ? 0u : 0x60u) | (Input.Count != 0 ? 1u : 0u);
            default:
                return uint.MaxValue >> (32 - (8 * width));
        }
    }

    internal void OnOut(ushort port, int width, uint value)
    {
        ExitForPort($"out {port:x} {width}");
        PortWrite?.Invoke(port, value);
        Writes.Add((port, width, value));

        // The divisor latch takes the place of the data register while bit 7 of the line control register is set.
        bool latch = Writes.FindLast(w => w.Port == Uart + 3).Value >= 0x80;
        if (port == Uart && !latch)
        {
            _idle = 0;
            lock (Output)
            {
                Output.Add((byte)value);
            }
        }
    }

    internal void OnExit(string what)
    {
        if (!LetsPass)
        {
            throw new ExitException(what);
        }
    }

    void ExitForPort(string what)
    {
        if (PortsExit)
        {
            OnExit(what);
        }
    }

    void CountIdle()
    {
        if (!Sleeps && ++_idle > Patience)
        {
            throw new ExitException("asleep");
        }
    }
}
