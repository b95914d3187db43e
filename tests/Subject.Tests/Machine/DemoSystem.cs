// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Threading;
using Muen.Abi;

namespace Muen.Tests.Machine;

/// <summary>
/// The crypter demo's three subjects, each with a machine and, when started, a thread of its own: the channels and events of its policy, and a kernel
/// that delivers them and resets the intruder.
/// </summary>
sealed unsafe class DemoSystem : IDisposable
{
    const byte SleepEvent = 0;
    const byte ChannelEvent = 1;
    const byte PowerOffEvent = 2;
    const byte ConsoleVector = 36;

    readonly GuardedMemory _request = new(64 * 1024);
    readonly GuardedMemory _response = new(16 * 1024);
    readonly List<Thread> _threads = [];
    readonly List<Exception> _failures = [];

    internal DemoSystem(byte[]? files = null)
    {
        Files = new GuardedMemory(((files?.Length ?? 0) + 4096) & ~7);
        files.CopyTo(Files.Bytes);
        Crypter = new TestMachine { Sleeps = true };
        Client = new TestMachine { Sleeps = true, TicksPerLook = 1000 };
        Intruder = new TestMachine { Sleeps = true, PortsExit = true, TicksPerLook = 1000 };
        Connect("request", _request, Client, Crypter, 33);
        Connect("response", _response, Crypter, Client, 34);
        Connect("intruder_log", Log, Intruder, Client, 35);
        Client.AddMemory("files", MemoryKind.Subject, Files.Start, (ulong)Files.Size, MemoryFlags.None);
        Client.AddPorts("console_port", TestMachine.Uart, 8);
        Client.AddNumber(ResourceKind.Vector, "console_irq", ConsoleVector);
        foreach (TestMachine machine in new[] { Crypter, Client, Intruder })
        {
            machine.AddNumber(ResourceKind.Event, "sleep", SleepEvent);
        }
        Client.AddNumber(ResourceKind.Event, "poweroff", PowerOffEvent);
    }

    /// <summary>The intruder's log.</summary>
    internal GuardedMemory Log { get; } = new(16 * 1024);

    internal GuardedMemory Files { get; }

    internal TestMachine Crypter { get; }

    internal TestMachine Client { get; }

    internal TestMachine Intruder { get; }

    /// <summary>Exits of the intruder, in order.</summary>
    internal List<string> Exits { get; } = [];

    public void Dispose()
    {
        Stop();
        Intruder.Dispose();
        Client.Dispose();
        Crypter.Dispose();
        Files.Dispose();
        Log.Dispose();
        _response.Dispose();
        _request.Dispose();
    }

    /// <summary>Ends all subjects that sleep, and waits for them.</summary>
    internal void Stop()
    {
        Crypter.Pending.Stop();
        Client.Pending.Stop();
        Intruder.Pending.Stop();
        _threads.ForEach(thread => thread.Join());
        _threads.Clear();
        if (_failures.Count != 0)
        {
            throw new AggregateException(_failures);
        }
    }

    /// <summary>Runs a subject's program until it sleeps for good.</summary>
    internal Thread Start(TestMachine machine, Action main)
    {
        var thread = new Thread(() =>
        {
            machine.Enter();
            while (!RunToExit(machine, main))
            {
            }
        });
        _threads.Add(thread);
        thread.Start();
        return thread;
    }

    /// <summary>Runs a program until it exits; the intruder's exits reset it.</summary>
    /// <returns>Whether it is over.</returns>
    bool RunToExit(TestMachine machine, Action main)
    {
        try
        {
            main();
            throw new InvalidOperationException("a program came to its end");
        }
        catch (ExitException exit)
        {
            if (exit.Message is "stopped" or "asleep")
            {
                return true;
            }
            if (machine == Intruder)
            {
                Exits.Add(exit.Message);
                return false;
            }
            Fail(exit);
            return true;
        }
#pragma warning disable CA1031 // carried to the test's own thread
        catch (Exception e)
        {
            Fail(e);
            return true;
        }
#pragma warning restore CA1031
    }

    void Fail(Exception e)
    {
        lock (_failures)
        {
            _failures.Add(e);
        }
    }

    static void Connect(string name, GuardedMemory memory, TestMachine writer, TestMachine reader, byte vector)
    {
        writer.AddMemory(name, MemoryKind.Channel, memory.Start, (ulong)memory.Size, MemoryFlags.Writable);
        writer.AddNumber(ResourceKind.Event, name, ChannelEvent);
        reader.AddMemory(name, MemoryKind.Channel, memory.Start, (ulong)memory.Size, MemoryFlags.None);
        reader.AddNumber(ResourceKind.Vector, name, vector);
        writer.Vmcall = number =>
        {
            switch (number)
            {
                case SleepEvent:
                    writer.Pending.SleepUnless(_ => false);
                    break;
                case ChannelEvent:
                    reader.Pending.Add(vector);
                    break;
                default:
                    break;
            }
        };
    }
}
