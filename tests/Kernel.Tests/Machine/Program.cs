// SPDX-License-Identifier: MIT
using Muen.Abi;

namespace Muen.Simulation;

/// <summary>What a subject does: one random action after the other, among them everything that it may ask of the kernel, and what it may not.</summary>
internal sealed class Program
{
    private const int Vmcall = (int)ExitReason.Vmcall;
    private const int Continues = -1;

    /// <summary>A reason that no processor has yet; as are those beyond the trap table.</summary>
    private const int Unknown = 60;

    private readonly Board board;
    private readonly SubjectPlan plan;
    private readonly Chance chance;
    private readonly SourcePlan[] events;
    private readonly int spurious;
    private readonly int pace;
    private readonly List<InterruptPlan> unserved = [];

    internal Program(Board board, SubjectPlan plan, ulong seed)
    {
        this.board = board;
        this.plan = plan;
        chance = new Chance(seed);
        events = [.. plan.Events.Values];
        spurious = Enumerable.Range(0, Limits.Events).First(n => !plan.Events.ContainsKey(n));
        pace = chance.Pick(60, 300, 2000);
    }

    /// <summary>When it acts next, if it runs then.</summary>
    internal ulong NextAction { get; private set; }

    /// <summary>What is in its FPU, in IA32_KERNEL_GS_BASE and in CR2.</summary>
    internal ulong ExtendedState { get; set; }

    internal bool IsDeliveryCutShort => plan.Traps.ContainsKey((int)ExitReason.EptViolation);

    /// <summary>The processor delivers an interrupt through a gate that disables further ones.</summary>
    internal void Take(Vmcs guest, int vector)
    {
        guest.SetInterruptFlag(false);
        if (plan.Interrupts.Find(i => i.Vector == vector && i.Level) is { } interrupt && !unserved.Contains(interrupt))
        {
            unserved.Add(interrupt);
        }
    }

    /// <summary>Runs until the next exit, or a while.</summary>
    /// <returns>The exit reason, or -1.</returns>
    internal unsafe int Act(Processor processor)
    {
        Vmcs guest = processor.Guest;
        NextAction = processor.Time + (ulong)chance.Between(1, pace);
        ExtendedState = ((ulong)plan.Id << 32) | (uint)chance.Next();
        guest[Vmcs.GuestRip] += 1;
        guest[Vmcs.GuestInterruptibility] = 0;
        if (!guest.TakesInterrupts && !chance.OneIn(4))
        {
            guest.SetInterruptFlag(true);
            guest[Vmcs.GuestInterruptibility] = chance.OneIn(4) ? 1ul : 0;      // the instruction after STI
            return Continues;
        }

        if (unserved.Count != 0 && chance.OneIn(2))
        {
            InterruptPlan interrupt = unserved[0];
            unserved.RemoveAt(0);
            board.IoApic.Lower(interrupt.Input);
            return Call(guest, plan.Events.Values.Single(e => e.Action == SourceAction.UnmaskIrq && e.Input == interrupt.Input).Number);
        }

        if (plan.Id == board.Scenario.Tau0 && chance.OneIn(10))
        {
            KernelMemory.Plan->NextMajorFrame = (uint)chance.Below(board.Scenario.Majors.Count + 1);
        }

        switch (chance.Below(100))
        {
            case < 30:
                return Continues;
            case < 58:
                return Call(guest, events[chance.Below(events.Length)].Number);
            case < 62:
                return Call(guest, chance.Pick<ulong>((ulong)spurious, 64, chance.Next(), ulong.MaxValue));
            case < 76:
                if (!chance.OneIn(6))
                {
                    Arm(processor);
                }

                return Call(guest, events.First(e => e.Action == SourceAction.Sleep && e.Target < 0).Number);
            case < 88:
                Arm(processor);
                return Call(guest, spurious);
            case < 90:
                guest.SetInterruptFlag(false);
                return Continues;
            default:
                return Trap(guest);
        }
    }

    private int Trap(Vmcs guest)
    {
        // Only who can be reset takes a trap without an entry: that stops it for good.
        int reason = chance.Pick((int)ExitReason.Hlt, (int)ExitReason.Cpuid, (int)ExitReason.Rdmsr, Unknown, Limits.Traps + 6, ushort.MaxValue);
        guest[Vmcs.ExitInstructionLength] = 1;
        return plan.Traps.ContainsKey(reason) || (plan.IsReset && chance.OneIn(10)) ? reason : Continues;
    }

    private unsafe void Arm(Processor processor)
    {
        TimedEvent* page = KernelMemory.Timer(plan.Id);
        page->Event = (uint)(chance.OneIn(10) ? chance.Pick(spurious, 64, -1) : events[chance.Below(events.Length)].Number);
        page->Trigger = chance.Below(12) switch
        {
            0 => 0,
            1 => processor.Time,
            2 => TimedEvent.Disarmed,
            3 => TimedEvent.Disarmed - 1,
            _ => processor.Time + (ulong)chance.Below(chance.Pick(200, 2000, 20000)),
        };
        board.Judge.Arm(plan.Id, page->Trigger, page->Event);
    }

    private int Call(Vmcs guest, int number) => Call(guest, (ulong)number);

    private unsafe int Call(Vmcs guest, ulong number)
    {
        KernelMemory.State(plan.Id)->Rax = number;
        guest[Vmcs.ExitInstructionLength] = 3;
        return Vmcall;
    }
}
