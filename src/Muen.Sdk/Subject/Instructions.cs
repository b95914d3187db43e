// SPDX-License-Identifier: MIT
using System.Runtime;
using System.Runtime.CompilerServices;
using Muen.Abi;

namespace Muen;

/// <summary>
/// The instructions that C# cannot say. Each is a stub in Stubs/SubjectStubs.cs; the short ones are inlined after linking. Nothing
/// here decides anything. Tests on ordinary .NET bring a class of the same name in place of this file.
/// </summary>
static unsafe class Instructions
{
    /// <summary>Where the subject information lies.</summary>
    internal const ulong SubjectInfo = SubjectLayout.SubjectInfo;

    /// <summary>Where the kernel writes the scheduling information.</summary>
    internal const ulong SchedulingInfo = SubjectLayout.SchedulingInfo;

    /// <summary>The page that arms the timed event.</summary>
    internal const ulong TimedEvent = SubjectLayout.TimedEvent;

    /// <summary>Where the stack ends.</summary>
    internal const ulong StackTop = SubjectLayout.StackTop;

    /// <summary>VMCALL with RAX = <paramref name="number"/> (ABI, hypercall).</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "Vmcall")]
    internal static extern void Vmcall(ulong number);

    /// <summary>IN AL, DX.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "In8")]
    internal static extern byte In8(ushort port);

    /// <summary>IN AX, DX.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "In16")]
    internal static extern ushort In16(ushort port);

    /// <summary>IN EAX, DX.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "In32")]
    internal static extern uint In32(ushort port);

    /// <summary>OUT DX, AL.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "Out8")]
    internal static extern void Out8(ushort port, byte value);

    /// <summary>OUT DX, AX.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "Out16")]
    internal static extern void Out16(ushort port, ushort value);

    /// <summary>OUT DX, EAX.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "Out32")]
    internal static extern void Out32(ushort port, uint value);

    /// <summary>RDTSC; exits unless the policy grants it.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ReadTsc")]
    internal static extern ulong ReadTsc();

    /// <summary>PAUSE, in every loop that waits.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "Pause")]
    internal static extern void Pause();

    /// <summary>UD2: an exception that no native subject handles, so the kernel stops the subject here.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "Undefined")]
    internal static extern void Undefined();

    /// <summary>RBP, which the compiler keeps pointing at the saved RBP of the caller, with the return address above it; 0 where nothing called.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "FramePointer")]
    internal static extern ulong FramePointer();

    /// <summary>
    /// Copies <paramref name="size"/> bytes, each read once. A call that the compiler cannot see into: no load or store moves across it.
    /// </summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "CopyMemory")]
    internal static extern void CopyMemory(void* destination, void* source, ulong size);

    /// <summary>Not 0 when the interrupt stubs have marked <paramref name="vector"/>; unmarks it (LOCK BTR).</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "TakeInterrupt")]
    internal static extern byte TakeInterrupt(uint vector);

    /// <summary>Not 0 when any vector was marked; unmarks all (XCHG).</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "TakeAllInterrupts")]
    internal static extern ulong TakeAllInterrupts();

    /// <summary>Not 0 while <paramref name="vector"/> is marked.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "TestInterrupt")]
    internal static extern byte TestInterrupt(uint vector);

    /// <summary>CLI; when <paramref name="vector"/> is not marked, STI and VMCALL with RAX = <paramref name="sleepEvent"/> back to back; STI.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "SleepUnlessPending")]
    internal static extern void SleepUnlessPending(uint vector, ulong sleepEvent);

    /// <summary>As <see cref="SleepUnlessPending"/>, when no vector at all is marked.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "SleepUnlessAnyPending")]
    internal static extern void SleepUnlessAnyPending(ulong sleepEvent);
}
