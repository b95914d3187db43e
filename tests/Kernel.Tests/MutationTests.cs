// SPDX-License-Identifier: MIT
using System.Text.RegularExpressions;

namespace Muen.Simulation;

/// <summary>Each property catches the defects that it is there for: kernels with one of them do not come far.</summary>
public sealed class MutationTests
{
    /// <summary>A multiple of every size of a barrier, below 2^32, which is none.</summary>
    private const ulong NearlyAround = 4_294_967_040;

    private const string Lost = "is lost|comes before|nobody tells";

    [Theory]
    [InlineData("an event is set without a lock", Lost, "Events.cs", @"Interlocked\.Or\(ref word, bit\);", "ulong old = Volatile.Read(ref word); Cpu.Pause(); Volatile.Write(ref word, old | bit);")]
    [InlineData("events are taken without a lock", Lost, "Events.cs", @"Interlocked\.Exchange\((ref [^;]+), 0\);", "Volatile.Read($1); Cpu.Pause(); Volatile.Write($1, 0);")]
    [InlineData("a spurious number is an event", "comes from nowhere", "Events.cs", @"(Console\.Event\(data->Subject, number, source->Flags\);\s*)if \(number < Limits\.Events\)(\s*\{\s*Perform)", "$1$2")]
    [InlineData("no interprocessor interrupt", "nobody tells", "Apic.cs", @"(void SendWakeUp\(uint apicId\)) => [^;]*;", "$1 { }")]
    [InlineData("an interrupt has no end", "without its end", "Interrupts.cs", @"Apic\.EndOfInterrupt\(\);", "")]
    [InlineData("a spurious interrupt has an end", "end of interrupt without", "Interrupts.cs", @"vector == Apic\.SpuriousVector", "vector == 300")]
    [InlineData("a level-triggered interrupt is not masked", "is masked or", "Interrupts.cs", @"IoApic\.Mask\([^;]*;", "")]
    [InlineData("the IO-APIC has no lock", "is masked or", "IoApic.cs", @"Interlocked\.CompareExchange\([^)]*\)", "0")]
    [InlineData("an interrupt whose delivery was cut short is forgotten", Lost, "Traps.cs", @"Interrupts\.Return\([^;]*IdtVectoringInfo\);", "")]
    [InlineData("the lowest vector goes first", "comes before", "Interrupts.cs", @"int word = WordCount - 1; word >= 0; word--", "int word = 0; word < WordCount; word++")]
    [InlineData("a word of vectors is read twice", "reserved bits|comes from nowhere", "Interrupts.cs", @"LeadingZeroCount\(vectors\)", "LeadingZeroCount(Volatile.Read(ref words[word]))")]
    [InlineData("a subject is entered in any state", "no timer ends", "Vmx.cs", @"state->Activity & ActivityMask", "state->Activity")]
    [InlineData("a monitor may block NMIs", "NMIs blocked", "Vmx.cs", @"state->Interruptibility & InterruptibilityMask", "state->Interruptibility")]
    [InlineData("the state is masked in its page", "no timer ends", "Vmx.cs", @"(Cpu\.VmWrite\(VmcsField\.GuestRip, state->Rip\);)([\s\S]*)state->Activity & ActivityMask", "state->Activity &= ActivityMask; $1$2state->Activity")]
    [InlineData("a pending vector asks for no window", "no window", "Interrupts.cs", @"\.ProcessorControls\) \| WindowExiting", ".ProcessorControls)")]
    [InlineData("a subject that wakes stays halted", "that does not sleep is halted|is lost", "Subjects.cs", @"Cpu\.VmWrite\(VmcsField\.GuestActivity, ActivityActive\);", "")]
    [InlineData("who sleeps for an interrupt is not found", "passed over|while a group", "Subjects.cs", @"Interrupts\.IsPending\(Pages\(subject\)\) \|\| Timed", "Timed")]
    [InlineData("the FPU is not saved", "FPU holds|KERNEL_GS", "Subjects.cs", @"Fpu\.Save\([^;]*;", "")]
    [InlineData("a reset leaves the timed event", "comes from nowhere|passed over|active one", "Subjects.cs", @"TimedEvents\.Disarm\([^;]*;", "")]
    [InlineData("a timed event is early", "is early", "TimedEvents.cs", @"<= Cpu\.ReadTsc\(\)", "<= Cpu.ReadTsc() + 500")]
    [InlineData("a halted processor minds no timed event", "event is late", "Kernel.cs", @"until = Scheduler\.FirstTrigger\([^;]*;", "")]
    [InlineData("a handover is not remembered", "active one", "Scheduler.cs", @"data->Active\[[^]]*\] = \(ushort\)target;", "")]
    [InlineData("the return stack is not stuffed", "the return stack", "Flush.cs", @"Cpu\.StuffReturnStack\(\);", "")]
    [InlineData("only who comes can ask for flushes", "not flushed", "Subjects.cs", @"flags \| data->Entry->Flags", "data->Entry->Flags")]
    [InlineData("only who leaves can ask for flushes", "not flushed", "Subjects.cs", @"flags \| data->Entry->Flags", "flags")]
    [InlineData("predictions are not flushed", "not flushed: FlushB", "Flush.cs", @"Cpu\.WriteMsr\(Msr\.PredictionCommand, 1\);", "")]
    [InlineData("the data cache is not flushed", "not flushed: FlushD", "Flush.cs", @"Cpu\.WriteMsr\(Msr\.FlushCommand, 1\);", "")]
    [InlineData("buffers are not overwritten", "not flushed: FlushBuffers", "Flush.cs", @"Cpu\.OverwriteBuffers\(\);", "")]
    [InlineData("enhanced IBRS stays off", "IBRS", "Flush.cs", @"Cpu\.WriteMsr\(Msr\.SpeculationControl, 1\);", "")]
    [InlineData("a stop is not recorded", "crash audit", "Traps.cs", @"CrashAudit\.RecordExit\(CrashReason\.SubjectStopped, subject\);", "")]
    [InlineData("a handover alone wakes nobody", "that does not sleep is halted", "Scheduler.cs", @"Continue\(data, target\);\s*Subjects\.Wake\(target\);", "Continue(data, target);")]
    [InlineData("a minor frame has no end", "is overrun", "Kernel.cs", @"until < data->Deadline \? until : data->Deadline", "until")]
    [InlineData("a minor frame ends early", "before its time", "Scheduler.cs", @"Cpu\.ReadTsc\(\) < data->Deadline", "Cpu.ReadTsc() + 200 < data->Deadline")]
    [InlineData("major frames have gaps", "not that of the plan", "Scheduler.cs", @"running \? [^:]* : Cpu", "Cpu")]
    [InlineData("groups do not take turns", "passed over", "Scheduler.cs", @"uint group = turn;", "uint group = 0;")]
    [InlineData("processors do not meet between minor frames", "have met", "Scheduler.cs", @"Processors\.Meet\([^;]*->BarrierSize\);", "")]
    [InlineData("processors leave before the major frame is known", "is not that of the plan|without a choice|for ever", "Processors.cs", @"(Scheduler\.BeginMajorFrame\(\);)(\s*)(Volatile\.Write\(ref released[^;]*;)", "$3$2$1")]
    public void A_defect_is_caught(string defect, string caught, string file, string pattern, string replacement)
        => Assert.True(IsViolated(caught, Mutant.Make(0, (file, pattern, replacement)), systems: 60), $"{defect}: not caught");

    [Fact]
    public void A_barrier_outlasts_32_bits()
    {
        var original = new KernelCode(typeof(MutationTests).Assembly) { EarlierMeetings = NearlyAround };
        Assert.False(IsViolated("", original, systems: 12));
        KernelCode narrow = Mutant.Make(
            NearlyAround,
            ("Processors.cs", @"fixed ulong Counters", "fixed uint Counters"),
            ("Processors.cs", @"ref ulong counter =", "ref uint counter ="),
            ("Processors.cs", @"ulong ticket = ", "uint ticket = "),
            ("Processors.cs", @"ulong complete = ticket - \(ticket % size\) \+ size;", "uint complete = ticket - (ticket % size) + size;"),
            ("Processors.cs", @"Volatile\.Read\(ref counter\) >= complete", "(int)(Volatile.Read(ref counter) - complete) >= 0"));
        Assert.True(IsViolated("have met|for ever", narrow, systems: 60));
    }

    /// <summary>Whether the judge says this of one of the first systems.</summary>
    private static bool IsViolated(string property, KernelCode kernel, int systems)
    {
        for (ulong seed = 1; seed <= (ulong)systems; seed++)
        {
            try
            {
                Board.Run(kernel, RandomScenario.Make(seed, 1 + ((int)seed % 4)), seed, 3000);
            }
            catch (ViolationException e) when (Regex.IsMatch(e.Message.Split('\n')[0], property))
            {
                return true;
            }
            catch (ViolationException)
            {
                // Another property has caught it first.
            }
        }

        return false;
    }
}
