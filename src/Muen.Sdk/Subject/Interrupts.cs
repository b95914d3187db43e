// SPDX-License-Identifier: MIT
using System;

namespace Muen;

/// <summary>
/// Interrupts of this subject. A stub for each vector marks it in a bitmap and returns, so that no C# ever runs in between other C#:
/// programs ask for marks when it suits them, or sleep until there is one.
/// </summary>
public static class Interrupts
{
    /// <summary>Vectors below are exceptions; they exit to the kernel.</summary>
    public const byte FirstVector = 32;

    /// <summary>The vector of an interrupt that this subject may receive.</summary>
    /// <param name="name">Its logical name (ASCII).</param>
    /// <returns>The vector, 32..255. One that is not there is a <see cref="Panic"/>: the policy does not fit the program.</returns>
    public static byte VectorOf(ReadOnlySpan<byte> name)
    {
        if (!SubjectInfo.Own.TryFindVector(name, out byte vector))
        {
            Panic.Stop("an interrupt is not in the policy", name);
        }
        return vector;
    }

    /// <summary>Whether an interrupt has come since the vector was last taken.</summary>
    /// <param name="vector">32..255; lower ones never come.</param>
    public static bool IsPending(byte vector) => Instructions.TestInterrupt(vector) != 0;

    /// <summary>Takes the mark of a vector.</summary>
    /// <param name="vector">32..255.</param>
    /// <returns>Whether it was there. Several interrupts of one vector leave one mark.</returns>
    public static bool TryTake(byte vector) => Instructions.TakeInterrupt(vector) != 0;

    /// <summary>Sleeps until <paramref name="vector"/> is pending, and takes it. Others are marked meanwhile.</summary>
    /// <param name="vector">32..255.</param>
    /// <remarks>
    /// The test and the sleep cannot be parted by an interrupt: they run with interrupts off, and STI takes effect only after the
    /// VMCALL behind it (SDM vol. 2, STI). What arrives in between is pending in the kernel, which then does not put the subject to sleep.
    /// </remarks>
    public static void Wait(byte vector)
    {
        while (!TryTake(vector))
        {
            int sleep = Subject.SleepEvent;
            if (sleep >= 0)
            {
                Instructions.SleepUnlessPending(vector, (ulong)sleep);
            }
            else
            {
                Instructions.Pause();
            }
        }
    }

    /// <summary>
    /// Sleeps until any vector is pending, and takes all of them. For a program that looks at everything that could have announced itself
    /// after each return.
    /// </summary>
    public static void WaitForAny()
    {
        while (Instructions.TakeAllInterrupts() == 0)
        {
            int sleep = Subject.SleepEvent;
            if (sleep >= 0)
            {
                Instructions.SleepUnlessAnyPending((ulong)sleep);
            }
            else
            {
                Instructions.Pause();
            }
        }
    }

    /// <summary>Takes the mark of a vector, and calls its handler when it was there.</summary>
    /// <typeparam name="TState">What the handlers share.</typeparam>
    /// <typeparam name="THandler">The handler.</typeparam>
    /// <param name="vector">32..255.</param>
    /// <param name="state">What the handlers share.</param>
    /// <returns>Whether the handler was called.</returns>
    public static bool TryHandle<TState, THandler>(byte vector, ref TState state)
        where TState : allows ref struct
        where THandler : IInterruptHandler<TState>
    {
        if (!TryTake(vector))
        {
            return false;
        }
        THandler.Handle(ref state);
        return true;
    }

    /// <summary>Sleeps until the vector is pending, and calls its handler.</summary>
    /// <typeparam name="TState">What the handlers share.</typeparam>
    /// <typeparam name="THandler">The handler.</typeparam>
    /// <param name="vector">32..255.</param>
    /// <param name="state">What the handlers share.</param>
    public static void Dispatch<TState, THandler>(byte vector, ref TState state)
        where TState : allows ref struct
        where THandler : IInterruptHandler<TState>
    {
        Wait(vector);
        THandler.Handle(ref state);
    }

    /// <summary>Sleeps until one of two vectors is pending, and calls the handlers of those that are, the first one first. Other vectors stay marked.</summary>
    /// <typeparam name="TState">What the handlers share.</typeparam>
    /// <typeparam name="TFirst">Handler of the first vector.</typeparam>
    /// <typeparam name="TSecond">Handler of the second vector.</typeparam>
    /// <param name="first">32..255.</param>
    /// <param name="second">32..255.</param>
    /// <param name="state">What the handlers share.</param>
    public static void Dispatch<TState, TFirst, TSecond>(byte first, byte second, ref TState state)
        where TState : allows ref struct
        where TFirst : IInterruptHandler<TState>
        where TSecond : IInterruptHandler<TState>
    {
        while (!(TryHandle<TState, TFirst>(first, ref state) | TryHandle<TState, TSecond>(second, ref state)))
        {
            SleepUntilAny();
        }
    }

    /// <summary>
    /// Sleeps until any vector is pending, and takes none: for a loop over <see cref="TryHandle"/> with more vectors than two. It returns at once while one is
    /// pending, so each vector that may come must be taken by somebody.
    /// </summary>
    public static void SleepUntilAny()
    {
        int sleep = Subject.SleepEvent;
        if (sleep >= 0)
        {
            Instructions.SleepUnlessAnyPending((ulong)sleep);
        }
        else
        {
            Instructions.Pause();
        }
    }
}
