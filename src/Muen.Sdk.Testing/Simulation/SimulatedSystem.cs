// SPDX-License-Identifier: MIT
using Muen.Abi;

namespace Muen.Testing;

/// <summary>
/// Subjects of a system on ordinary .NET, with a kernel that is simulated: channels, events, interrupts and time. One subject runs at a time, and between any two accesses to
/// shared memory a seed decides who goes on. The same seed is the same run, so that what one run finds, the next one shows again.
/// </summary>
/// <remarks>
/// It simulates what subjects see of the kernel, not the kernel: schedule and rights are not the policy's. <see cref="BootedSystem"/> runs the real thing.
/// </remarks>
public sealed unsafe class SimulatedSystem : IDisposable
{
    /// <summary>TSC ticks of a millisecond.</summary>
    public const uint TicksPerMillisecond = 50_000;

    /// <summary>TSC ticks between two steps of a subject.</summary>
    const ulong TicksPerStep = 50;

    /// <summary>Of so many steps one gives the turn away.</summary>
    const int StepsPerTurn = 4;

    readonly Random _random;
    readonly List<SimulatedSubject> _subjects = [];
    readonly List<nint> _memory = [];
    readonly SemaphoreSlim _turn = new(0);
    readonly long _mostSteps;
    long _steps;

    /// <summary>Makes a system without subjects.</summary>
    /// <param name="seed">Decides who runs when.</param>
    /// <param name="mostSteps">Steps of all subjects together after which <see cref="Run"/> gives up: somebody runs in a circle.</param>
    public SimulatedSystem(int seed = 0, long mostSteps = 50_000_000)
    {
        _random = new Random(seed);
        _mostSteps = mostSteps;
    }

    /// <summary>The TSC now.</summary>
    public ulong Tsc { get; private set; } = 1_000_000;

    /// <summary>How many turns subjects had: a run's fingerprint, since each seed has another schedule.</summary>
    public long Turns { get; private set; }

    /// <summary>The subjects, in the order in which they were added.</summary>
    public IReadOnlyList<SimulatedSubject> Subjects => _subjects;

    /// <summary>Adds a subject. It runs from the next <see cref="Run"/> on.</summary>
    /// <param name="program">Name of its project, to which the test's project refers with MuenSubject.</param>
    /// <param name="name">The subject's name; by default the program's.</param>
    public SimulatedSubject Add(string program, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(program);
        var subject = new SimulatedSubject(this, program, name ?? program);
        _subjects.Add(subject);
        return subject;
    }

    /// <summary>Connects two subjects by a channel.</summary>
    /// <param name="writer">Who writes.</param>
    /// <param name="writerName">Its logical name of the channel.</param>
    /// <param name="reader">Who reads.</param>
    /// <param name="readerName">Its logical name of the channel; by default the writer's.</param>
    /// <param name="size">Bytes of the channel.</param>
    public void Connect(SimulatedSubject writer, string writerName, SimulatedSubject reader, string? readerName = null, int size = 64 * 1024)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(reader);
        nint memory = Allocate(size);
        writer.AddChannel(writerName, memory, size, writable: true);
        reader.AddChannel(readerName ?? writerName, memory, size, writable: false);
        byte vector = reader.AddVector(readerName ?? writerName);
        writer.AddEvent(writerName, () => reader.Interrupt(vector));
    }

    /// <summary>Makes memory that several subjects can be given.</summary>
    /// <param name="size">Bytes; made whole pages.</param>
    public SimulatedMemory AddMemory(int size)
    {
        int whole = (size + 4095) & ~4095;
        return new SimulatedMemory(Allocate(whole), whole);
    }

    /// <summary>Gives the test the writing end of a channel that a subject reads.</summary>
    /// <typeparam name="T">The element: a struct without pointers, laid out as the subject's.</typeparam>
    /// <param name="reader">Who reads.</param>
    /// <param name="name">Its logical name of the channel.</param>
    /// <param name="protocol">Identifier of the element type.</param>
    /// <param name="size">Bytes of the channel.</param>
    public TestWriter<T> WriterTo<T>(SimulatedSubject reader, string name, ulong protocol, int size = 64 * 1024)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(reader);
        nint memory = Allocate(size);
        reader.AddChannel(name, memory, size, writable: false);
        byte vector = reader.AddVector(name);
        return new TestWriter<T>(new ChannelWriter<T>((void*)memory, (ulong)size, protocol, -1, resume: false), () => reader.Interrupt(vector));
    }

    /// <summary>Gives the test the reading end of a channel that a subject writes.</summary>
    /// <typeparam name="T">The element: a struct without pointers, laid out as the subject's.</typeparam>
    /// <param name="writer">Who writes.</param>
    /// <param name="name">Its logical name of the channel.</param>
    /// <param name="protocol">Identifier of the element type.</param>
    /// <param name="size">Bytes of the channel.</param>
    public TestReader<T> ReaderOf<T>(SimulatedSubject writer, string name, ulong protocol, int size = 64 * 1024)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(writer);
        nint memory = Allocate(size);
        var end = new TestReader<T>(new ChannelReader<T>((void*)memory, (ulong)size, protocol, -1));
        writer.AddChannel(name, memory, size, writable: true);
        writer.AddEvent(name, () => end.Notifications++);
        return end;
    }

    /// <summary>Runs until everybody sleeps or has stopped and no timed event is armed, or until the time has come.</summary>
    /// <param name="until">TSC at which to return; by default whenever nothing can happen any more.</param>
    /// <exception cref="SimulationException">A subject has stopped, or there was no end.</exception>
    public void Run(ulong until = ulong.MaxValue)
    {
        _steps = 0;
        while (Tsc < until)
        {
            foreach (SimulatedSubject subject in _subjects)
            {
                subject.FireTimedEvent();
            }

            SimulatedSubject[] ready = [.. _subjects.Where(s => s.State == SubjectState.Ready)];
            if (ready.Length == 0)
            {
                ulong next = _subjects.Min(s => s.NextTimedEvent);
                if (next == TimedEvent.Disarmed || next > until)
                {
                    Tsc = next == TimedEvent.Disarmed || until == ulong.MaxValue ? Tsc : until;
                    break;
                }

                Tsc = Math.Max(Tsc, next);
                continue;
            }

            Turns++;
            ready[_random.Next(ready.Length)].Go();
            _turn.Wait();
            if (_steps > _mostSteps)
            {
                throw new SimulationException($"no end after {_mostSteps} steps; {string.Join(", ", _subjects.Select(s => s.ToString()))}");
            }
        }

        if (_subjects.FirstOrDefault(s => s.State == SubjectState.Stopped && !s.MayStop) is { } stopped)
        {
            throw new SimulationException($"subject {stopped.Name} stopped: {stopped.Reason}", stopped.Failure);
        }
    }

    /// <summary>Ends all subjects and frees their memory.</summary>
    public void Dispose()
    {
        foreach (SimulatedSubject subject in _subjects)
        {
            subject.Dispose();
        }

        foreach (nint memory in _memory)
        {
            System.Runtime.InteropServices.NativeMemory.AlignedFree((void*)memory);
        }

        _memory.Clear();
        _turn.Dispose();
    }

    /// <summary>Zeroed memory that lives as long as the system.</summary>
    internal nint Allocate(int size)
    {
        void* memory = System.Runtime.InteropServices.NativeMemory.AlignedAlloc((nuint)size, 4096);
        new Span<byte>(memory, size).Clear();
        _memory.Add((nint)memory);
        return (nint)memory;
    }

    /// <summary>A step of the subject that runs.</summary>
    /// <returns>Whether it gives its turn away.</returns>
    internal bool Step()
    {
        _steps++;
        Tsc += TicksPerStep;
        return _random.Next(StepsPerTurn) == 0;
    }

    /// <summary>The subject that ran gives its turn back.</summary>
    internal void Back() => _turn.Release();
}
