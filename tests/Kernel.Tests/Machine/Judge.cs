// SPDX-License-Identifier: MIT
using Muen.Abi;

namespace Muen.Simulation;

/// <summary>
/// Watches the machine from outside, VM exits and VM entries, and knows the policy: it keeps account of what each subject must receive and may receive, of who
/// is active, asleep or stopped, of the plan, and says which property does not hold. What happens on two processors at once has no order: what
/// is begun may be seen, what is complete must be.
/// </summary>
internal sealed class Judge
{
    private const ulong Never = ulong.MaxValue;

    private readonly Board board;
    private readonly Subject[] subjects;
    private readonly Cpu[] cpus;
    private readonly int[][] active;
    private readonly int[] turns;
    private readonly List<(int Index, ulong Start)> majors = [];
    private readonly List<int> chosen = [];
    private readonly Dictionary<int, InterruptPlan> byVector;
    private readonly HashSet<int> masked = [];
    private readonly Queue<(ulong Time, int Cpu, int Subject, string What, long Value)> history = new();

    internal Judge(Board board)
    {
        this.board = board;
        Scenario scenario = board.Scenario;
        subjects = [.. scenario.Subjects.Select(s => new Subject(s))];
        cpus = [.. board.Processors.Select(p => new Cpu(p))];
        active = [.. scenario.Partitions.Select(p => p.Groups.Select(g => g[0]).ToArray())];
        turns = new int[scenario.Partitions.Count];
        byVector = scenario.Interrupts.ToDictionary(i => i.HostVector);
    }

    internal Counts Counts { get; } = new();

    /// <summary>Whether all processors have entered a subject.</summary>
    internal bool IsRunning { get; private set; }

    internal string History() => string.Join('\n', history.Select(h => $"{h.Time,10} cpu {h.Cpu} s{h.Subject} {h.What} {h.Value}"));

    /// <summary>A subject has written its timed event page.</summary>
    internal void Arm(int subject, ulong trigger, uint number) => (subjects[subject].Trigger, subjects[subject].TimedEvent) = (trigger, number);

    /// <summary>The kernel has read the plan selector.</summary>
    internal void ChoosePlan(uint value)
    {
        Require(cpus.All(c => !c.IsInGuest), "the next major frame is chosen before all processors have met");
        chosen.Add(value < board.Scenario.Majors.Count ? (int)value : chosen.Count == 0 ? 0 : chosen[^1]);
    }

    /// <summary>A subject executes an instruction, or stops doing so.</summary>
    internal void Run(Processor processor)
    {
        Cpu cpu = cpus[processor.Index];
        ulong now = processor.Time;
        Require(now <= cpu.EntryTime || now - cpu.Slack <= cpu.End, "a minor frame is overrun");
        Require(now <= cpu.EntryTime || now - cpu.Slack <= cpu.Until, "a timed event is late");
    }

    internal void Leave(Processor processor, ExitReason reason)
    {
        Cpu cpu = cpus[processor.Index];
        Subject subject = subjects[processor.Guest.Subject];
        Note(processor, subject, "leaves for", (long)reason);
        Run(processor);
        cpu.IsInGuest = false;
        cpu.Begin = processor.Time;
        cpu.Released = false;
        Vmcs guest = processor.Guest;
        subject.Rip = guest[Vmcs.GuestRip];
        subject.HasMoved |= subject.Rip != Scenario.Entry;
        if ((guest[Vmcs.IdtVectoringInfo] >> 31) != 0)
        {
            Raise(cpu, subject, subject.Signals[(int)guest[Vmcs.IdtVectoringInfo] & 0xFF], wakes: false);
        }

        switch (reason)
        {
            case ExitReason.ExternalInterrupt:
                Interrupt(cpu, (int)guest[Vmcs.ExitInterruptionInfo] & 0xFF);
                break;
            case ExitReason.Vmcall:
                subject.Rip += guest[Vmcs.ExitInstructionLength];
                Trigger(cpu, subject, Called(subject));
                break;
            case ExitReason.PreemptionTimer or ExitReason.InterruptWindow:
                break;
            default:
                if (subject.Plan.Traps.TryGetValue((int)reason, out SourcePlan? plan))
                {
                    subject.Rip += reason == ExitReason.Hlt ? guest[Vmcs.ExitInstructionLength] : 0;
                    Trigger(cpu, subject, plan);
                }
                else
                {
                    Stop(cpu, subject);
                    cpu.Stopped = (subject.Plan.Id, (uint)reason);
                }

                break;
        }

        board.CountExit();
    }

    internal unsafe void Enter(Processor processor, int vector)
    {
        Cpu cpu = cpus[processor.Index];
        Vmcs guest = processor.Guest;
        Subject subject = subjects[guest.Subject];
        Note(processor, subject, guest.IsHalted ? "halts, injected" : "enters, injected", vector);
        Require(subject.Plan.Processor == processor.Index, "a subject runs on another processor");
        bool isNewFrame = Advance(cpu, subject, processor);
        bool fired = Fire(cpu);
        if (isNewFrame && cpu.Released)
        {
            turns[cpu.Current!.Plan.Partition] = -1;      // somebody had a turn there that ended before it began
        }

        Require(subject.Plan.Partition == cpu.Partition, "a subject runs in another partition's minor frame");
        Require(active[cpu.Partition][subject.Plan.Group] == subject.Plan.Id, "a subject runs that is not its group's active one");
        Require(KernelMemory.State(subject.Plan.Id)->Running == 1, "the current subject's state does not say that it is");
        Require(cpu.Current is null || cpu.Current == subject || KernelMemory.State(cpu.Current.Plan.Id)->Running == 0, "the state of a subject says that it runs still");

        if (guest.IsHalted)
        {
            Halt(cpu, subject);
        }
        else
        {
            Go(cpu, subject, guest, vector);
        }

        if (!fired)
        {
            Turn(cpu, subject, isNewFrame);
        }

        turns[cpu.Partition] = subject.Plan.Group;
        foreach (InterruptPlan interrupt in board.Scenario.Interrupts.Where(i => i.Level && subjects[i.Subject].Plan.Processor == processor.Index))
        {
            Require(board.IoApic.IsMasked(interrupt.Input) == masked.Contains(interrupt.Input), "a level-triggered interrupt is masked or unmasked when it should not be");
        }

        Require(!processor.Apic.IsServing, "an interrupt without its end");
        Require(cpu.Stopped is not { } stopped || IsRecorded(cpu, stopped.Subject, stopped.Reason), "a stop is not in the crash audit");
        cpu.Stopped = null;
        bool isLate = subject.Trigger <= cpu.Begin && subject.Trigger != Never;
        Require(!isLate || !subject.WasLate || cpu.Current != subject || isNewFrame, "a timed event is late");
        subject.WasLate = isLate;
        cpu.Current = subject;
        cpu.WasHalted = guest.IsHalted;
        cpu.EntryTime = processor.EntryTime;
        cpu.Slack = processor.EntryTime - processor.LastTsc;
        cpu.Until = !guest.IsHalted ? subject.Trigger : active[cpu.Partition].Min(s => subjects[s].Trigger);
        cpu.IsInGuest = true;
        cpu.IsStarted = true;
        IsRunning |= cpus.All(c => c.IsStarted);
        Complete(cpu);
    }

    private unsafe SourcePlan? Called(Subject subject)
    {
        ulong number = KernelMemory.State(subject.Plan.Id)->Rax;
        return number < Limits.Events ? subject.Plan.Events.GetValueOrDefault((int)number) : null;
    }

    private void Interrupt(Cpu cpu, int vector)
    {
        if (byVector.TryGetValue(vector, out InterruptPlan? interrupt))
        {
            Subject target = subjects[interrupt.Subject];
            Require(target.Plan.Processor == cpu.Processor.Index, "an interrupt comes to another processor than its subject's");
            if (interrupt.Level)
            {
                masked.Add(interrupt.Input);
            }

            Raise(cpu, target, target.Signals[interrupt.Vector], wakes: false);
        }
    }

    /// <summary>A subject's event, by hypercall, trap or timer.</summary>
    private void Trigger(Cpu cpu, Subject subject, SourcePlan? plan)
    {
        if (plan is null)
        {
            return;
        }

        Counts.Events++;
        if (plan.Target >= 0 && subjects[plan.Target].Received(plan) is { } signal)
        {
            Raise(cpu, subjects[plan.Target], signal, plan.Ipi);
        }

        if (plan.Action == SourceAction.Sleep)
        {
            subject.IsAsleep = true;
            Counts.Sleeps++;
        }
        else if (plan.Action == SourceAction.UnmaskIrq)
        {
            masked.Remove(plan.Input);
        }

        if (plan.Handover)
        {
            Subject target = subjects[plan.Target];
            Require(target.Plan.Partition == subject.Plan.Partition && target.Plan.Group == subject.Plan.Group, "a handover leaves the group");
            active[target.Plan.Partition][target.Plan.Group] = plan.Target;
            target.IsAsleep = false;
            Counts.Handovers++;
        }
        else if (plan.Action is SourceAction.Sleep or SourceAction.Yield)
        {
            cpu.Released = true;
        }
    }

    /// <summary>Something becomes pending: at once for a subject of the same processor, for another one when the source goes on.</summary>
    private void Raise(Cpu cpu, Subject target, Signal signal, bool wakes)
    {
        Note(cpu.Processor, target, "is sent", signal.Vector);
        signal.May = true;
        if (target.Plan.Processor != cpu.Processor.Index)
        {
            signal.InFlight++;
            cpu.Sent.Add((target, signal, wakes));
        }
        else if (!target.IsStopped || signal == target.Reset)
        {
            signal.Must = Math.Min(signal.Must, cpu.Begin - 1);
        }
    }

    private void Stop(Cpu cpu, Subject subject)
    {
        Counts.Stops++;
        subject.Begin(stopped: true);
        board.Programs[subject.Plan.Id].ExtendedState = 0;
        cpu.WasHalted = true;       // its turn goes to another group that can run, unless a reset is pending
    }

    /// <summary>Whether the crash audit has a record of this exit: there are more of them than processors that could stop somebody meanwhile.</summary>
    private static unsafe bool IsRecorded(Cpu cpu, int subject, uint reason)
    {
        CrashRecord* records = (CrashRecord*)(KernelLayout.CrashAudit + CrashAuditHeader.RecordsOffset);
        for (int i = 0; i < CrashAuditHeader.MaxRecords; i++)
        {
            if (records[i].Reason == CrashReason.SubjectStopped && records[i].Subject == subject && records[i].ExitReason == reason
                && records[i].Processor == cpu.Processor.Index && records[i].Tsc >= cpu.Begin)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The frame that the entered subject is told of is the current one, or the next one, whose time has come.</summary>
    private unsafe bool Advance(Cpu cpu, Subject subject, Processor processor)
    {
        SchedulingInfo told = *KernelMemory.Scheduling(subject.Plan.Id);
        if (cpu.IsStarted && (told.Start, told.End) == (cpu.Start, cpu.End))
        {
            return false;
        }

        ulong last = cpu.End;
        if (cpu.IsStarted && cpu.Frame + 1 < Frames(cpu).Count)
        {
            cpu.Frame++;
        }
        else
        {
            cpu.Major += cpu.IsStarted ? 1 : 0;
            cpu.Frame = 0;
            if (cpu.Major == majors.Count)
            {
                Require(board.Scenario.Tau0 < 0 || chosen.Count == cpu.Major + 1, "a major frame begins without a choice, or after two");
                majors.Add((board.Scenario.Tau0 < 0 ? 0 : chosen[cpu.Major], cpu.Major == 0 ? told.Start : majors[^1].Start + Period(majors[^1].Index)));
                Counts.MajorFrames++;
            }
        }

        FramePlan frame = Frames(cpu)[cpu.Frame];
        cpu.Start = cpu.Frame == 0 ? majors[cpu.Major].Start : last;
        cpu.End = majors[cpu.Major].Start + frame.End;
        cpu.Partition = frame.Partition;
        Require((told.Start, told.End) == (cpu.Start, cpu.End), $"the minor frame is not that of the plan: {told.Start}..{told.End} and not {cpu.Start}..{cpu.End}");
        Require(processor.LastTsc >= cpu.Start, "a minor frame begins before its time");
        Require(cpus.All(c => c == cpu || !c.IsInGuest || c.End != cpu.Start || !cpu.IsStarted), "a minor frame begins before the processors have met");
        Counts.MinorFrames++;
        return true;
    }

    private List<FramePlan> Frames(Cpu cpu) => board.Scenario.Majors[majors[cpu.Major].Index].Frames[cpu.Processor.Index];

    private ulong Period(int major) => board.Scenario.Majors[major].Period;

    /// <summary>A timed event that the kernel has disarmed was triggered: not before its time.</summary>
    private unsafe bool Fire(Cpu cpu)
    {
        bool fired = false;
        foreach (Subject subject in subjects.OrderBy(s => s.Plan.Id == cpu.Processor.Guest.Subject))     // the others' may be what resets it
        {
            if (subject.Plan.Processor == cpu.Processor.Index && subject.Trigger != Never && KernelMemory.Timer(subject.Plan.Id)->Trigger == TimedEvent.Disarmed)
            {
                bool isReset = subject.Plan.Id == cpu.Processor.Guest.Subject && MayCome(subject, subject.Reset) && cpu.Processor.Guest[Vmcs.GuestRip] == Scenario.Entry;
                Require(isReset || subject.Trigger <= cpu.Processor.LastTsc, "a timed event is early", subject);
                bool certain = !isReset;
                subject.Trigger = Never;
                fired = true;
                Note(cpu.Processor, subject, isReset ? "perhaps timed event" : "timed event", subject.TimedEvent);
                SourcePlan? plan = subject.Plan.Events.GetValueOrDefault((int)subject.TimedEvent);
                if (certain)
                {
                    Counts.TimedEvents++;
                    subject.IsAsleep = false;
                    Trigger(cpu, subject, plan);
                }
                else if (plan is { Target: >= 0 } && subjects[plan.Target].Received(plan) is { } signal)
                {
                    // It came before the reset or was undone by it: nobody can tell.
                    signal.May = true;
                }
                else if (plan is { Action: SourceAction.UnmaskIrq } && !board.IoApic.IsMasked(plan.Input))
                {
                    masked.Remove(plan.Input);
                }
            }
        }

        return fired;
    }

    /// <summary>The subject is entered halted: it may not have anything to do, nor may another group of its partition.</summary>
    private void Halt(Cpu cpu, Subject subject)
    {
        Require(subject.IsAsleep || subject.IsStopped, "a subject that does not sleep is halted");
        Require(!subject.IsStopped || !subject.Reset.IsDue(cpu.Begin), "a reset is lost");
        Require(subject.IsStopped || !subject.HasDue(cpu.Begin), "a wake-up is lost");
        int other = Array.FindIndex(active[cpu.Partition], s => s != subject.Plan.Id && subjects[s].IsRunnable(cpu.Begin));
        bool isDue = subject.Trigger <= cpu.Processor.LastTsc;      // the timer ends the run at once
        Require(other < 0 || isDue, "a processor is halted while a group of the partition could run", other < 0 ? null : subjects[active[cpu.Partition][other]]);
    }

    private void Go(Cpu cpu, Subject subject, Vmcs guest, int vector)
    {
        if (guest[Vmcs.GuestRip] == Scenario.Entry && (subject.HasMoved || subject.IsStopped || subject.Reset.May))
        {
            Require(MayCome(subject, subject.Reset), "a subject begins anew without a reset");
            Counts.Resets++;
            Note(cpu.Processor, subject, "begins anew", 0);
            subject.Reset.Take(cpu.Begin);
            subject.Begin(stopped: false);
            board.Programs[subject.Plan.Id].ExtendedState = 0;
        }
        else
        {
            Require(!subject.IsStopped, "a stopped subject runs");
            Require(!subject.Reset.IsDue(cpu.Begin), "a reset is lost");
            Require(guest[Vmcs.GuestRip] == subject.Rip || !subject.HasMoved, "a subject goes on at another instruction");
        }

        if (subject.IsAsleep)
        {
            Require(subject.Signals.Values.Any(s => MayCome(subject, s)), "a subject wakes for nothing", subject);
            subject.IsAsleep = false;
            Counts.WakeUps++;
        }

        int must = subject.Signals.Where(s => s.Key >= 0 && s.Value.IsDue(cpu.Begin)).Select(s => s.Key).DefaultIfEmpty(-1).Max();
        if (vector >= 0)
        {
            Require(subject.Signals.TryGetValue(vector, out Signal? signal) && MayCome(subject, signal), $"vector {vector} comes from nowhere");
            Require(must <= vector, $"vector {vector} comes before {must}");
            signal!.Take(cpu.Begin);
            signal.LastTaken = cpu.Processor.Time;
            Counts.Injections++;
            must = subject.HasDue(cpu.Begin) ? 0 : -1;
        }
        else
        {
            Require(must < 0 || !guest.TakesInterrupts, $"vector {must} is lost");
        }

        Require(must < 0 || guest.Window, "something is pending and no window is asked for");
    }

    /// <summary>It may be pending, or a timed event that another processor's kernel is triggering makes it so.</summary>
    private bool MayCome(Subject subject, Signal signal) => signal.May || subjects.Any(s =>
        s.Trigger <= cpus[s.Plan.Processor].Processor.Time && !cpus[s.Plan.Processor].IsInGuest && s.Plan.Events.GetValueOrDefault((int)s.TimedEvent) is { Target: >= 0 } plan
        && plan.Target == subject.Plan.Id && subject.Received(plan) == signal);

    /// <summary>The groups of a partition take turns; nobody is passed over, and nobody's turn is taken away.</summary>
    private void Turn(Cpu cpu, Subject subject, bool isNewFrame)
    {
        int[] groups = active[cpu.Partition];
        int group = turns[cpu.Partition];
        Require(isNewFrame || cpu.Released || cpu.WasHalted || group == subject.Plan.Group, "a turn is taken away");
        if (isNewFrame != cpu.Released && groups.Length > 1 && group >= 0)
        {
            for (int i = 0; i < groups.Length; i++)
            {
                group = (group + 1) % groups.Length;
                if (group == subject.Plan.Group)
                {
                    break;
                }

                Require(!subjects[groups[group]].IsRunnable(cpu.Begin), "a group that could run is passed over", subjects[groups[group]]);
            }
        }
    }

    /// <summary>What this processor's kernel has sent to others is complete now, so it must arrive, and whoever halts must be told.</summary>
    private void Complete(Cpu cpu)
    {
        ulong now = cpu.Processor.Time;
        foreach ((Subject target, Signal signal, bool wakes) in cpu.Sent)
        {
            signal.InFlight--;
            signal.LastSent = now;
            bool uncertain = signal.LastTaken > cpu.Begin || target.LastBegin > cpu.Begin;
            if (!uncertain && (!target.IsStopped || signal == target.Reset))
            {
                signal.Must = Math.Min(signal.Must, now);
                signal.Wakes |= wakes;
            }

            Told(cpus[target.Plan.Processor], target, signal);
        }

        cpu.Sent.Clear();
        foreach (Subject subject in active[cpu.Partition].Select(s => subjects[s]))
        {
            foreach (Signal signal in subject.Signals.Values)
            {
                Told(cpu, subject, signal);
            }
        }
    }

    /// <summary>An event with an interprocessor interrupt, for a subject that could run now: its processor acts on it, or is about to be interrupted.</summary>
    private void Told(Cpu cpu, Subject subject, Signal signal)
    {
        if (signal is { Wakes: true, InFlight: 0 } && signal.Must != Never && cpu.IsInGuest && cpu.Partition == subject.Plan.Partition
            && active[cpu.Partition][subject.Plan.Group] == subject.Plan.Id && (cpu.WasHalted || (cpu.Current == subject && !cpu.Processor.Guest.Window)))
        {
            Require(cpu.Processor.Apic.HasInterrupt || cpu.Processor.Time <= cpu.EntryTime, "nobody tells a processor of an event");
        }
    }

    private void Note(Processor processor, Subject subject, string what, long value)
    {
        ulong hash = Counts.Hash ^ processor.Time;
        hash = (hash * 0x100_0000_01B3) ^ (ulong)(processor.Index << 16) ^ (ulong)subject.Plan.Id;
        hash = (hash * 0x100_0000_01B3) ^ (ulong)value ^ ((ulong)what.Length << 32);
        Counts.Hash = hash * 0x100_0000_01B3;
        if (history.Count == 60)
        {
            history.Dequeue();
        }

        history.Enqueue((processor.Time, processor.Index, subject.Plan.Id, what, value));
    }

    private static void Require(bool holds, string what, Subject? about = null)
    {
        if (!holds)
        {
            throw new ViolationException(about is null ? what : $"{what}: {about}");
        }
    }

    /// <summary>Something that a subject receives: a vector, or the reset.</summary>
    private sealed class Signal(int vector)
    {
        internal int Vector { get; } = vector;

        /// <summary>It may be pending.</summary>
        internal bool May { get; set; }

        /// <summary>Since when it must be; what an exit handler that began later does not see is lost.</summary>
        internal ulong Must { get; set; } = Never;

        /// <summary>Sources on other processors that are sending it.</summary>
        internal int InFlight { get; set; }

        /// <summary>Its processor must be told.</summary>
        internal bool Wakes { get; set; }

        /// <summary>When another processor last completed sending it, and when the subject last received it.</summary>
        internal ulong LastSent { get; set; }

        internal ulong LastTaken { get; set; }

        internal bool IsDue(ulong begin) => Must < begin;

        /// <summary>By an exit handler that began then: what is sent since may be pending again.</summary>
        internal void Take(ulong begin)
        {
            May = InFlight > 0 || LastSent >= begin;
            Must = Never;
            Wakes = false;
        }
    }

    private sealed class Subject
    {
        internal Subject(SubjectPlan plan)
        {
            Plan = plan;
            foreach (int vector in plan.Targets.Values.Concat(plan.Interrupts.Select(i => i.Vector)).Append(SubjectPlan.Reset).Distinct().Where(v => v != SubjectPlan.Nothing))
            {
                Signals.Add(vector, new Signal(vector));
            }

            Reset = Signals[SubjectPlan.Reset];
        }

        internal SubjectPlan Plan { get; }

        internal Dictionary<int, Signal> Signals { get; } = [];

        internal Signal Reset { get; }

        /// <summary>It has asked to sleep since it last ran.</summary>
        internal bool IsAsleep { get; set; }

        internal bool IsStopped { get; private set; }

        /// <summary>It has executed an instruction since it last began.</summary>
        internal bool HasMoved { get; set; }

        internal ulong Rip { get; set; }

        internal ulong LastBegin { get; private set; }

        internal ulong Trigger { get; set; } = Never;

        internal uint TimedEvent { get; set; }

        internal bool WasLate { get; set; }

        public override string ToString()
            => $"s{Plan.Id} asleep {IsAsleep}, stopped {IsStopped}, timed event {Trigger}, pending since {string.Join(", ", Signals.Where(s => s.Value.Must != Never).Select(s => $"{s.Key}: {s.Value.Must}"))}";

        /// <summary>What an event for this subject makes pending, if anything: a handover may have no other effect.</summary>
        internal Signal? Received(SourcePlan plan) => Signals.GetValueOrDefault(Plan.Targets[plan.TargetNumber]);

        internal bool HasDue(ulong begin) => Signals.Values.Any(s => s.IsDue(begin));

        internal bool IsRunnable(ulong begin) => IsStopped ? Reset.IsDue(begin) : !IsAsleep || HasDue(begin) || (Trigger <= begin && Trigger != Never);

        /// <summary>It begins anew, or is stopped: nothing that was pending must arrive any more.</summary>
        internal void Begin(bool stopped)
        {
            IsStopped = stopped;
            IsAsleep = false;
            HasMoved = false;
            Trigger = Never;
            LastBegin = Processor.Current.Time;
            foreach (Signal signal in Signals.Values.Where(s => !stopped || s != Reset))
            {
                signal.Must = Never;
                signal.Wakes = false;
            }
        }
    }

    private sealed class Cpu(Processor processor)
    {
        internal Processor Processor { get; } = processor;

        /// <summary>When the exit handler began that runs, or ran last.</summary>
        internal ulong Begin { get; set; }

        internal bool IsStarted { get; set; }

        internal bool IsInGuest { get; set; }

        internal bool WasHalted { get; set; }

        internal Subject? Current { get; set; }

        /// <summary>The current subject has given its turn away in this exit.</summary>
        internal bool Released { get; set; }

        /// <summary>Who was stopped by the last exit, and for what reason.</summary>
        internal (int Subject, uint Reason)? Stopped { get; set; }

        /// <summary>What the exit handler sends to other processors.</summary>
        internal List<(Subject Target, Signal Signal, bool Wakes)> Sent { get; } = [];

        /// <summary>Number of the major frame since the start, and the minor frame in it.</summary>
        internal int Major { get; set; }

        internal int Frame { get; set; }

        internal int Partition { get; set; }

        internal ulong Start { get; set; }

        internal ulong End { get; set; }

        internal ulong EntryTime { get; set; }

        /// <summary>Between the kernel's last look at the clock and the entry: so much later the timer ends.</summary>
        internal ulong Slack { get; set; }

        /// <summary>The timed event that ends the run.</summary>
        internal ulong Until { get; set; }
    }
}
