// SPDX-License-Identifier: MIT
using Muen.Abi;

namespace Muen.Simulation;

/// <summary>
/// A logical processor: a clock of its own, a local APIC, and a host thread that runs the kernel's code and its subjects by turns. It hands its turn
/// over at each access to what processors share, whenever another one's clock is behind: so at any time one thread runs, and the seed alone decides the
/// order. The costs of instructions are random, so are therefore the interleavings.
/// </summary>
public sealed unsafe class Processor
{
    // The MSRs that the kernel reads; every capability is there.
    private const uint VmxBasic = 0x480;
    private const uint VmxMisc = 0x485;
    private const ulong HasHlt = 1 << 6;
    private const uint FirstVmxControls = 0x48B;
    private const uint X2ApicEoi = 0x80B;
    private const uint X2ApicIcr = 0x830;
    private const uint KernelGsBase = 0xC000_0102;
    private const uint SpeculationControl = 0x48;
    private const uint PredictionCommand = 0x49;
    private const uint FlushCommand = 0x10B;

    private const uint McGlobalCapability = 0x179;
    private const uint McGlobalStatus = 0x17A;

    /// <summary>IA32_MC0_STATUS; each bank has four registers, of which the next is the address.</summary>
    private const uint McStatusFirst = 0x401;
    internal const ulong McGlobal = 5;
    internal const ulong McStatus = 0x8400_0000_0000_0135;
    internal const ulong McAddress = 0x1234_5000;

    private const ulong EntryFailed = 1ul << 31;
    private const uint Shutdown = 2;
    private const uint NmiBlocking = 8;

    /// <summary>Reserved bits of the interruption information (SDM vol. 3, table 25-17).</summary>
    private const ulong ReservedInformation = 0x7FFF_F000;

    /// <summary>Waits in a row after which the processor is taken for stuck.</summary>
    private const int Patience = 200_000;

    private readonly Board board;
    private readonly Chance chance;
    private readonly byte[] data = new byte[KernelLayout.PageSize];
    private readonly Baton baton = new();
    private readonly Thread thread;
    private Vmcs? current;
    private int waits;
    private ulong extendedState;
    private ulong kernelGsBase;
    private int lastSubject = -1;
    private SubjectFlags flushed;

    /// <summary>A word of pending interrupts that a sibling has emptied, and what it puts back.</summary>
    private ulong* emptied;
    private ulong vectors;
    private bool isReturnStackStuffed;
    private bool isBranchSpeculationRestricted;

    internal Processor(Board board, int index, ulong seed)
    {
        this.board = board;
        Index = index;
        chance = new Chance(seed);
        thread = new Thread(Live, 1 << 20);
    }

    /// <summary>Whose turn it is.</summary>
    public static Processor Current { get; internal set; } = null!;

    public ulong Cr2 { get; set; }

    public ulong Cr4 { get; set; }

    internal int Index { get; }

    /// <summary>The clock, and of a processor that waits the time at which it goes on.</summary>
    internal ulong Time { get; set; } = ulong.MaxValue;

    internal bool IsStarted { get; private set; }

    /// <summary>The clock when the kernel last read it.</summary>
    internal ulong LastTsc { get; private set; }

    /// <summary>The clock when a subject was last entered.</summary>
    internal ulong EntryTime { get; private set; }

    /// <summary>Whether a subject runs, or is halted.</summary>
    internal bool IsInGuest { get; private set; }

    internal LocalApic Apic { get; } = new();

    internal Vmcs Guest => current!;

    internal Chance Chance => chance;

    public void Cpuid(uint leaf, uint subleaf, uint* registers)
    {
        (registers[0], registers[1], registers[2], registers[3]) = (leaf, subleaf) switch
        {
            (0, _) => (0xDu, 0u, 0u, 0u),
            (0xD, 0) => (7u, 0x340u, 0x340u, 0u),
            (0xD, 1) => (1u, 0u, 0u, 0u),
            _ => (uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue),
        };
        registers[(leaf, subleaf) switch { (1, _) => 2, (0xD, 0) => 1, (0xD, _) => 0, _ => 3 }] ^= (uint)Flaw(leaf);
    }

    public void Step() => Time += chance.OneIn(board.StallRate) ? (ulong)chance.Below(board.Stall) : (ulong)chance.Between(1, board.Cost);

    /// <summary>Lets those run whose clocks are behind.</summary>
    public void Turn()
    {
        Step();
        board.Pass(this);
    }

    public ulong ReadTsc()
    {
        Turn();
        return LastTsc = Time;
    }

    public void Pause()
    {
        Time += (ulong)chance.Between(20, 200) * (board.Judge.IsRunning ? 1ul : 1000);
        board.Pass(this);
        Require(++waits < Patience, "a processor waits for another one for ever");
    }

    public static void Halt() => throw new ViolationException("the kernel gave up");

    public ulong ReadMsr(uint msr)
    {
        Step();
        return Flaw(msr) ^ msr switch
        {
            McGlobalCapability => 4,
            McGlobalStatus => McGlobal,
            >= McStatusFirst and < McStatusFirst + 16 => ReadBank(msr),
            VmxBasic => 0x0098_0000_0000_0001,
            VmxMisc => HasHlt | (ulong)board.Scenario.TimerRate,
            KernelGsBase => kernelGsBase,
            >= FirstVmxControls and <= 0x490 and not 0x48C => 0xFFFF_FFFF_0000_0000,
            0x3A => 5,
            0x486 or 0x488 => 0,
            _ => ulong.MaxValue,
        };
    }

    public void WriteMsr(uint msr, ulong value)
    {
        Turn();
        if (msr == X2ApicEoi)
        {
            int vector = Apic.End();
            Require(vector >= 0, "an end of interrupt without an interrupt");
            board.IoApic.End(vector);
        }
        else if (msr == X2ApicIcr)
        {
            board.Send((int)(value >> 32), (int)(value >> 8) & 7, (int)value & 0xFF, Time);
        }
        else if (msr == KernelGsBase)
        {
            kernelGsBase = value;
        }
        else if (msr == SpeculationControl)
        {
            isBranchSpeculationRestricted = (value & 1) != 0;
        }
        else if (msr is PredictionCommand or FlushCommand)
        {
            flushed |= value != 1 ? SubjectFlags.None : msr == FlushCommand ? SubjectFlags.FlushDataCache : SubjectFlags.FlushBranchPredictor;
        }
    }

    /// <summary>
    /// Siblings on other processors may write to pending interrupts and state at any time. Here they do so where it hurts most, and take it back before it would be
    /// seen by a kernel that reads once.
    /// </summary>
    public ulong Read(ref ulong location)
    {
        ulong value = location;
        ulong* address = (ulong*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref location);
        ulong offset = ((ulong)address - KernelLayout.Subjects) % KernelLayout.SubjectStride;
        if (value != 0 && (ulong)address >= KernelLayout.Subjects && offset / KernelLayout.PageSize == KernelLayout.InterruptsOffset / KernelLayout.PageSize)
        {
            emptied = address;
            vectors = value;
            location = 0;
        }

        return value;
    }

    /// <summary>The sibling makes pending again what it took.</summary>
    public void PutBack()
    {
        if (emptied != null)
        {
            *emptied |= vectors;
            emptied = null;
        }
    }

    public uint Read(ref uint location)
    {
        ulong address = (ulong)System.Runtime.CompilerServices.Unsafe.AsPointer(ref location);
        if (address is KernelLayout.IoApic or KernelLayout.IoApic + 0x10)
        {
            return board.IoApic.Read(address != KernelLayout.IoApic);
        }

        uint value = location;
        if (address == KernelLayout.PlanSelector)
        {
            board.Judge.ChoosePlan(value);
        }

        return value;
    }

    public void Write(ref uint location, uint value)
    {
        ulong address = (ulong)System.Runtime.CompilerServices.Unsafe.AsPointer(ref location);
        if (address is KernelLayout.IoApic or KernelLayout.IoApic + 0x10)
        {
            board.IoApic.Write(address != KernelLayout.IoApic, value);
        }
        else
        {
            location = value;
        }
    }

    public void Flush(SubjectFlags what)
    {
        Step();
        flushed |= what;
    }

    public void StuffReturnStack()
    {
        Step();
        isReturnStackStuffed = true;
    }

    public void SetNextProcessor(uint index) => board.NextProcessor = (int)index;

    public uint VmClear(ulong address)
    {
        Step();
        board.Structure(address).Clear();
        return 1;
    }

    public uint VmPtrLd(ulong address)
    {
        Turn();
        Vmcs next = board.Structure(address);
        Require(next.On is null || next.On == this, $"subject {next.Subject} is in two places");
        if (current is not null)
        {
            current.On = null;
        }

        next.On = this;
        current = next;
        return 1;
    }

    public ulong VmRead(uint field)
    {
        PutBack();
        Step();
        return current![field];
    }

    public void VmWrite(uint field, ulong value)
    {
        PutBack();
        Step();
        current![field] = value;
        if (field == Vmcs.GuestRip)
        {
            SubjectState* state = KernelMemory.State(current.Subject);
            state->Activity |= Shutdown;
            state->Interruptibility |= NmiBlocking;
        }
    }

    /// <summary>The registers of the FPU are one number here; a header without components means the initial one.</summary>
    public void SaveExtendedState(ulong* area)
    {
        Step();
        area[0] = extendedState;
        area[64] = 1;
    }

    public void RestoreExtendedState(ulong* area)
    {
        Step();
        extendedState = area[64] == 0 ? 0 : area[0];
    }

    /// <summary>VM entries and exits, for ever: an exit calls the kernel, which returns the state page of whom to enter.</summary>
    private void RunSubjects(ulong statePage)
    {
        while (true)
        {
            Enter(statePage);
            statePage = board.Kernel.HandleExit();
        }
    }

    internal void Start(ulong time)
    {
        if (!IsStarted)
        {
            IsStarted = true;
            Time = time + 1;
            thread.Start();
        }
    }

    internal void Join()
    {
        if (IsStarted)
        {
            baton.Give();
            thread.Join();
        }
    }

    internal void HandOver(Processor next)
    {
        KernelMemory.OfProcessor.CopyTo(data);
        next.Take();
        Wait();
    }

    internal void Take()
    {
        data.CopyTo(KernelMemory.OfProcessor);
        Current = this;
        baton.Give();
    }

    /// <summary>An interrupt ends a wait.</summary>
    internal void WakeUp(ulong time)
    {
        if (IsInGuest && time < Time)
        {
            Time = Math.Max(time, EntryTime);
        }
    }

    /// <summary>Bank 2 has an error with an address.</summary>
    private static ulong ReadBank(uint msr) => msr switch
    {
        McStatusFirst + 8 => McStatus,
        McStatusFirst + 9 => McAddress,
        _ => 0,
    };

    private ulong Flaw(uint register) => board.Scenario.Flaw is var flaw && flaw.Processor == Index && flaw.Register == register ? flaw.Bits : 0;

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new ViolationException(what);
        }
    }

    private void Live()
    {
        try
        {
            Baton.Join();
            Wait();
            RunSubjects(board.Kernel.Start((uint)Index));
        }
        catch (Exception e)
        {
            board.End(e);
        }
    }

    private void Wait()
    {
        baton.Await();
        board.ThrowWhenOver();
    }

    private void Enter(ulong statePage)
    {
        Turn();
        waits = 0;
        Vmcs guest = current!;
        EntryTime = Time;
        if (board.Scenario.IsUnenterable)
        {
            guest[Vmcs.ExitReason] = EntryFailed | (ulong)ExitReason.InvalidGuestState;
            board.CountExit();
            return;
        }

        ulong info = guest[Vmcs.EntryInterruptionInfo];
        guest[Vmcs.EntryInterruptionInfo] = info & 0x7FFF_FFFF;
        int vector = info >> 31 != 0 ? (int)info & 0xFF : -1;
        Require(statePage == KernelMemory.Page(guest.Subject, 0), "the state page is not that of the current VMCS");
        Require(vector < 0 || (info & ReservedInformation) == 0, "the interruption information has reserved bits: there is no entry");
        Require(guest[Vmcs.GuestActivity] <= 1, "a subject is entered in a state that no timer ends");
        Require(guest[Vmcs.GuestInterruptibility] <= 3, "a subject is entered with NMIs blocked");
        Require(vector < 0 || guest.TakesInterrupts, "an interrupt is injected into a subject that does not take any: the entry fails");
        if (vector >= 0)
        {
            guest[Vmcs.GuestActivity] = 0;
        }

        board.Judge.Enter(this, vector);
        RequireFlushes(guest.Subject);
        Program program = board.Programs[guest.Subject];
        Require(extendedState == program.ExtendedState, "the FPU holds another subject's state");
        Require(kernelGsBase == program.ExtendedState && Cr2 == program.ExtendedState, "IA32_KERNEL_GS_BASE or CR2 is another subject's");
        ulong timer = guest[Vmcs.PreemptionTimer];
        ulong expiry = timer == 0 ? Time : ((Time >> board.Scenario.TimerRate) + timer) << board.Scenario.TimerRate;
        guest[Vmcs.IdtVectoringInfo] = 0;
        guest[Vmcs.ExitInterruptionInfo] = 0;
        int reason = vector >= 0 && program.IsDeliveryCutShort ? Fault(vector) : -1;
        if (reason < 0 && vector >= 0)
        {
            program.Take(guest, vector);
        }

        IsInGuest = true;
        while (reason < 0)
        {
            bool window = guest.Window && !guest.IsHalted && guest.TakesInterrupts;
            ulong next = guest.IsHalted ? expiry : Math.Min(expiry, program.NextAction);
            Time = window || Apic.HasInterrupt ? Time : Math.Max(Time, next);
            board.Pass(this);
            if (timer == 0 || Time >= expiry)
            {
                reason = (int)ExitReason.PreemptionTimer;
            }
            else if (Apic.HasInterrupt)
            {
                guest[Vmcs.ExitInterruptionInfo] = 0x8000_0000 | (uint)Apic.Acknowledge();
                reason = (int)ExitReason.ExternalInterrupt;
            }
            else if (window)
            {
                reason = (int)ExitReason.InterruptWindow;
            }
            else if (board.Scenario.End is { } end && Index == 0 && board.Judge.Counts.Exits > 20)
            {
                guest[Vmcs.ExitInterruptionInfo] = end.Information;
                guest[Vmcs.ExitReason] = (ulong)end.Reason;
                board.Kernel.HandleExit();
            }
            else if (!guest.IsHalted && Time >= program.NextAction)
            {
                board.Judge.Run(this);
                reason = program.Act(this);
                extendedState = kernelGsBase = Cr2 = program.ExtendedState;
            }
        }

        IsInGuest = false;
        flushed = SubjectFlags.None;
        isReturnStackStuffed = false;
        guest[Vmcs.ExitReason] = (ulong)reason;
        board.Judge.Leave(this, (ExitReason)reason);
        if (guest.IsHalted && chance.OneIn(2))
        {
            guest[Vmcs.GuestActivity] = 0;      // the saved state need not be HLT (Bochs)
        }
    }

    /// <summary>Between two subjects the return stack was stuffed, and what either asks for was flushed.</summary>
    private void RequireFlushes(int subject)
    {
        Require(isBranchSpeculationRestricted, "enhanced IBRS is off");
        if (lastSubject >= 0 && lastSubject != subject)
        {
            SubjectFlags asked = board.Scenario.Subjects[lastSubject].Flushes | board.Scenario.Subjects[subject].Flushes;
            Require(isReturnStackStuffed, "the return stack holds another subject's calls");
            Require((asked & ~flushed) == SubjectFlags.None, $"not flushed: {asked & ~flushed}");
        }

        lastSubject = subject;
    }

    /// <summary>A page fault of the processor itself, while it delivers the interrupt.</summary>
    private int Fault(int vector)
    {
        if (!chance.OneIn(8))
        {
            return -1;
        }

        current![Vmcs.IdtVectoringInfo] = 0x8000_0000 | (uint)vector;
        return (int)ExitReason.EptViolation;
    }
}
