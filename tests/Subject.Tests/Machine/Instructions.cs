// SPDX-License-Identifier: MIT
using System;
using System.Linq;
using System.Threading;
using Muen.Tests.Machine;

namespace Muen;

/// <summary>The instructions of the simulated machine, in place of the library's own file.</summary>
static unsafe class Instructions
{
    internal static ulong SubjectInfo => (ulong)TestMachine.Current.SubjectInfo;

    internal static ulong SchedulingInfo => (ulong)TestMachine.Current.LookAtClock();

    internal static ulong TimedEvent => (ulong)TestMachine.Current.TimedEvent;

    internal static ulong StackTop => TestMachine.Current.StackTop;

    internal static void Vmcall(ulong number) => TestMachine.Current.OnVmcall((byte)number);

    internal static byte In8(ushort port) => (byte)TestMachine.Current.OnIn(port, 1);

    internal static ushort In16(ushort port) => (ushort)TestMachine.Current.OnIn(port, 2);

    internal static uint In32(ushort port) => TestMachine.Current.OnIn(port, 4);

    internal static void Out8(ushort port, byte value) => TestMachine.Current.OnOut(port, 1, value);

    internal static void Out16(ushort port, ushort value) => TestMachine.Current.OnOut(port, 2, value);

    internal static void Out32(ushort port, uint value) => TestMachine.Current.OnOut(port, 4, value);

    internal static ulong ReadTsc() => throw new ExitException("rdtsc");

    internal static ulong FramePointer() => TestMachine.Current.FramePointer;

    internal static void Pause() => TestMachine.Current.OnPause();

    internal static void Undefined() => throw new ExitException("ud2");

    internal static void CopyMemory(void* destination, void* source, ulong size)
    {
        // In pieces, so that an interleaved writer tears what it can.
        for (ulong done = 0; done < size; done += 8)
        {
            ulong part = Math.Min(8, size - done);
            Buffer.MemoryCopy((byte*)source + done, (byte*)destination + done, part, part);
            TestMachine.Step();
        }
        Interlocked.MemoryBarrier();
    }

    internal static byte TakeInterrupt(uint vector) => TestMachine.Current.Pending.Remove((byte)vector) ? (byte)1 : (byte)0;

    internal static byte TestInterrupt(uint vector) => TestMachine.Current.Pending.Contains((byte)vector) ? (byte)1 : (byte)0;

    internal static ulong TakeAllInterrupts() => (ulong)TestMachine.Current.Pending.Clear();

    internal static void SleepUnlessPending(uint vector, ulong sleepEvent) =>
        TestMachine.Current.OnSleep((byte)sleepEvent, pending => pending.Contains((byte)vector));

    internal static void SleepUnlessAnyPending(ulong sleepEvent) => TestMachine.Current.OnSleep((byte)sleepEvent, pending => pending.Count != 0);
}
