// SPDX-License-Identifier: MIT
using System;
using System.Runtime.InteropServices;

namespace Muen;

/// <summary>
/// What executes the instructions that C# cannot say, in place of the library's own file. Each simulated subject has this assembly for itself, and the simulation
/// puts its functions here. Without them, as in a test's own code, only memory is there.
/// </summary>
static unsafe class Instructions
{
    // Pages of zeros stand where no subject is: an information that is not valid, a clock at 0.
    internal static ulong SubjectInfo = (ulong)NativeMemory.AllocZeroed(4096);
    internal static ulong SchedulingInfo = (ulong)NativeMemory.AllocZeroed(4096);
    internal static ulong TimedEvent = (ulong)NativeMemory.AllocZeroed(4096);

    internal const ulong StackTop = 0;

    internal static Action<ulong>? OnVmcall;
    internal static Func<ushort, int, uint>? OnIn;
    internal static Action<ushort, int, uint>? OnOut;
    internal static Func<ulong>? OnReadTsc;
    internal static Action? OnStep;
    internal static Action<string>? OnStop;
    internal static Func<uint, bool>? OnTakeInterrupt;
    internal static Func<uint, bool>? OnTestInterrupt;
    internal static Func<ulong>? OnTakeAllInterrupts;

    /// <summary>A read of a device's memory: address, bytes. Null where no device is, which is memory then.</summary>
    internal static Func<ulong, int, ulong?>? OnMmioRead;

    /// <summary>A write to a device's memory: address, bytes, value. False where no device is.</summary>
    internal static Func<ulong, int, ulong, bool>? OnMmioWrite;

    /// <summary>Sleeps unless the vector is pending; 0 stands for any.</summary>
    internal static Action<uint, ulong>? OnSleepUnless;

    internal static void Vmcall(ulong number) => OnVmcall?.Invoke(number);

    internal static byte In8(ushort port) => (byte)In(port, 1);

    internal static ushort In16(ushort port) => (ushort)In(port, 2);

    internal static uint In32(ushort port) => In(port, 4);

    internal static void Out8(ushort port, byte value) => OnOut?.Invoke(port, 1, value);

    internal static void Out16(ushort port, ushort value) => OnOut?.Invoke(port, 2, value);

    internal static void Out32(ushort port, uint value) => OnOut?.Invoke(port, 4, value);

    internal static ulong ReadTsc() => OnReadTsc?.Invoke() ?? 0;

    /// <summary>Under .NET the failure itself has the stack.</summary>
    internal static ulong FramePointer() => 0;

    internal static void Pause() => OnStep?.Invoke();

    internal static void Undefined() => OnStop?.Invoke("an undefined instruction");

    internal static void CopyMemory(void* destination, void* source, ulong size)
    {
        // In words, so that whoever runs in between sees what a processor could show: a part of the whole.
        for (ulong done = 0; done < size; done += 8)
        {
            ulong part = Math.Min(8, size - done);
            Buffer.MemoryCopy((byte*)source + done, (byte*)destination + done, part, part);
            OnStep?.Invoke();
        }
    }

    internal static byte TakeInterrupt(uint vector) => OnTakeInterrupt?.Invoke(vector) == true ? (byte)1 : (byte)0;

    internal static byte TestInterrupt(uint vector) => OnTestInterrupt?.Invoke(vector) == true ? (byte)1 : (byte)0;

    internal static ulong TakeAllInterrupts() => OnTakeAllInterrupts?.Invoke() ?? 0;

    internal static void SleepUnlessPending(uint vector, ulong sleepEvent) => OnSleepUnless?.Invoke(vector, sleepEvent);

    internal static void SleepUnlessAnyPending(ulong sleepEvent) => OnSleepUnless?.Invoke(0, sleepEvent);

    static uint In(ushort port, int width) => OnIn?.Invoke(port, width) ?? uint.MaxValue >> (32 - (8 * width));
}

/// <summary>Between any two accesses to shared memory somebody else may run.</summary>
static unsafe partial class SharedMemory
{
    static partial void Step() => Instructions.OnStep?.Invoke();
}

/// <summary>A panic ends the subject at once, with its reason.</summary>
public static partial class Panic
{
    static partial void Simulate(string reason, ReadOnlySpan<byte> name, string file, int line)
    {
        string of = name.Length == 0 ? "" : ": " + System.Text.Encoding.ASCII.GetString(name);
        Instructions.OnStop?.Invoke($"panic: {reason}{of} ({System.IO.Path.GetFileName(file)}:{line})");
    }
}

/// <summary>A device of the simulation answers in place of memory.</summary>
public readonly partial struct Mmio
{
    static partial void SimulateLoad(ulong address, int width, ref ulong value, ref bool simulated)
    {
        ulong? answer = Instructions.OnMmioRead?.Invoke(address, width);
        value = answer ?? 0;
        simulated = answer is not null;
    }

    static partial void SimulateStore(ulong address, int width, ulong value, ref bool simulated) =>
        simulated = Instructions.OnMmioWrite?.Invoke(address, width, value) == true;
}
