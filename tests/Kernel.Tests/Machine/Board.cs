// SPDX-License-Identifier: MIT
namespace Muen.Simulation;

/// <summary>What must not happen has happened.</summary>
internal sealed class ViolationException(string message) : Exception(message);

/// <summary>The machine: processors, IO-APIC, devices that raise interrupts, and the order in which everybody has a turn.</summary>
internal sealed class Board
{
    private const int Init = 5;
    private const int StartUp = 6;

    private readonly Chance chance;
    private readonly Dictionary<ulong, Vmcs> structures = [];
    private readonly Processor[] processors;
    private readonly long limit;
    private readonly Baton over = new();
    private Exception? end;
    private ulong devices;
    private ulong? deviceTime;

    private Board(KernelCode kernel, Scenario scenario, ulong seed, long exits)
    {
        chance = new Chance(seed);
        Kernel = kernel;
        Scenario = scenario;
        limit = exits;
        Cost = chance.Pick(2, 4, 12);
        Stall = chance.Pick(100, 1000, 4000);
        StallRate = chance.Pick(64, 512, 4096);
        IoApic = new IoApic(this);
        processors = [.. Enumerable.Range(0, scenario.Processors).Select(i => new Processor(this, i, chance.Next()))];
        Programs = [.. scenario.Subjects.Select(s => new Program(this, s, chance.Next()))];
        foreach (SubjectPlan subject in scenario.Subjects)
        {
            structures.Add(subject.VmcsAddress, new Vmcs(subject.Id));
        }

        Judge = new Judge(this);
    }

    internal KernelCode Kernel { get; }

    internal Scenario Scenario { get; }

    internal Judge Judge { get; }

    internal IoApic IoApic { get; }

    internal Program[] Programs { get; }

    internal IReadOnlyList<Processor> Processors => processors;

    internal int NextProcessor { get; set; }

    /// <summary>Most clock ticks of an instruction of the kernel, and of the rare one that takes long.</summary>
    internal int Cost { get; }

    internal int Stall { get; }

    /// <summary>One in so many instructions does.</summary>
    internal int StallRate { get; }

    /// <summary>Runs a system from power-on until so many exits are handled.</summary>
    /// <returns>What happened, and a hash of the order in which it did.</returns>
    /// <exception cref="ViolationException">A property does not hold; the message says which, when, and by which seed.</exception>
    internal static Counts Run(KernelCode kernel, Scenario scenario, ulong seed, long exits)
    {
        KernelMemory.Load(scenario.Tables);
        kernel.Reset();
        var board = new Board(kernel, scenario, seed, exits);
        Processor first = board.processors[0];
        first.Start(0);
        first.Take();
        board.over.Await();
        foreach (Processor processor in board.processors)
        {
            processor.Join();
        }

        return board.end switch
        {
            RunIsOver => board.Judge.Counts,
            ViolationException v => throw new ViolationException($"seed {seed}: {v.Message}; {board.Judge.Counts.Exits} exits\n{board.Judge.History()}\n{v.StackTrace}"),
            _ => throw new InvalidOperationException($"seed {seed}: {board.end}", board.end),
        };
    }

    internal Vmcs Structure(ulong address) => structures[address];

    /// <summary>The processor whose clock is behind all others goes on; devices act when it is their time.</summary>
    internal void Pass(Processor me)
    {
        while (true)
        {
            Processor next = me;
            foreach (Processor other in processors)
            {
                if (other.Time < next.Time)
                {
                    next = other;
                }
            }

            if (devices <= next.Time)
            {
                RunDevices(devices);
                continue;
            }

            if (next != me)
            {
                me.HandOver(next);
            }

            return;
        }
    }

    /// <summary>An interprocessor interrupt.</summary>
    internal void Send(int target, int mode, int vector, ulong time)
    {
        if (mode == StartUp && target == NextProcessor)
        {
            processors[target].Start(time);
        }
        else if (mode != Init)
        {
            processors[target].Apic.Request(vector);
            processors[target].WakeUp(time);
        }
    }

    /// <summary>An interrupt of a device, now.</summary>
    internal void Interrupt(int target, int vector)
    {
        processors[target].Apic.Request(vector);
        processors[target].WakeUp(deviceTime ?? Processor.Current.Time);
    }

    internal void CountExit()
    {
        if (++Judge.Counts.Exits == limit)
        {
            throw new RunIsOver();
        }
    }

    internal void End(Exception e)
    {
        Interlocked.CompareExchange(ref end, e, null);
        over.Give();
    }

    internal void ThrowWhenOver()
    {
        if (end is not null)
        {
            throw new RunIsOver();
        }
    }

    private void RunDevices(ulong now)
    {
        devices = now + (ulong)chance.Between(1, 2 * Scenario.InterruptDistance);
        if (!Judge.IsRunning)
        {
            return;
        }

        if (chance.OneIn(20) || Scenario.Interrupts.Count == 0)
        {
            Processor target = processors[chance.Below(processors.Length)];
            target.Apic.Request(chance.OneIn(2) ? LocalApic.Spurious : Scenario.UnroutedVector);
            target.WakeUp(now);
            return;
        }

        InterruptPlan interrupt = Scenario.Interrupts[chance.Below(Scenario.Interrupts.Count)];
        if (!IoApic.IsAsserted(interrupt.Input))
        {
            deviceTime = now;
            IoApic.Raise(interrupt.Input);
            deviceTime = null;
            Judge.Counts.Interrupts++;
        }
    }

    private sealed class RunIsOver : Exception;
}
