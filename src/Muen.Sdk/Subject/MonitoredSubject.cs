// SPDX-License-Identifier: MIT
using System;
using System.Threading;
using Muen.Abi;

namespace Muen;

/// <summary>
/// Another subject, as the policy lets this one see it: <c>monitor</c> with <c>state</c>, and with <c>interrupts</c> where this one may inject
/// (ABI, subject state).
/// </summary>
/// <remarks>The kernel writes the state when the other one stops running or its minor frame ends; while it runs, what is seen is its state of then.</remarks>
[Capability]
public readonly unsafe struct MonitoredSubject
{
    readonly SubjectState* _state;
    readonly ulong* _interrupts;

    MonitoredSubject(in MemoryRegion state, bool controlled, ulong* interrupts)
    {
        _state = (SubjectState*)state.Address;
        IsControlled = controlled;
        _interrupts = interrupts;
    }

    /// <summary>Finds a monitored subject by the name that its policy's <c>monitor</c> gives it.</summary>
    /// <param name="name">The subject's name, for which its state is called <c>NAME_state</c> (ASCII).</param>
    /// <returns>The subject. One that is not there is a <see cref="Panic"/>: the policy does not fit the program.</returns>
    public static MonitoredSubject Open(ReadOnlySpan<byte> name)
    {
        if (!TryOpen(name, out MonitoredSubject subject))
        {
            Panic.Stop("a subject's state is not this one's to see", name);
        }
        return subject;
    }

    /// <summary>Finds a monitored subject.</summary>
    /// <param name="name">As for <see cref="Open"/>.</param>
    /// <param name="subject">The subject.</param>
    /// <returns>Whether there is one.</returns>
    public static bool TryOpen(ReadOnlySpan<byte> name, out MonitoredSubject subject)
    {
        subject = default;
        SubjectInfo own = SubjectInfo.Own;
        for (int i = 0; i < own.ResourceCount; i++)
        {
            if (TryOpen(own[i], out subject, out ReadOnlySpan<byte> found) && found.SequenceEqual(name))
            {
                return true;
            }
        }
        subject = default;
        return false;
    }

    /// <summary>Takes a resource for a monitored subject, to go through all of them.</summary>
    /// <param name="resource">Any resource of <see cref="SubjectInfo.Own"/>.</param>
    /// <param name="subject">The subject.</param>
    /// <param name="name">Its name, without <c>_state</c>.</param>
    /// <returns>Whether the resource is a subject's state.</returns>
    public static bool TryOpen(SubjectResource resource, out MonitoredSubject subject, out ReadOnlySpan<byte> name)
    {
        subject = default;
        name = default;
        if (!resource.TryGetMemory(out MemoryRegion state) || state.Kind != MemoryKind.State || state.Size < (ulong)sizeof(SubjectState))
        {
            return false;
        }
        name = WithoutEnd(resource.Name, "_state"u8);
        subject = new MonitoredSubject(in state, state.IsWritable, FindInterrupts(name));
        return true;
    }

    /// <summary>Whether this subject may change the other's state: the policy says <c>writable</c>.</summary>
    public bool IsControlled { get; }

    /// <summary>Whether the other subject is its processor's current one at this moment. It may be halted, or wait for its next minor frame.</summary>
    public bool IsRunning => _state != null && Volatile.Read(ref _state->Running) != 0;

    /// <summary>The state. It may change between two reads when the other subject runs on another processor; <see cref="CopyTo"/> says when it did.</summary>
    public ref readonly SubjectState State => ref *Required;

    /// <summary>The state, to change; what the kernel takes of it the ABI says (subject state). Only for a controlled subject, else a <see cref="Panic"/>.</summary>
    public ref SubjectState Control
    {
        get
        {
            if (!IsControlled)
            {
                Panic.Stop("a subject's state is not this one's to change");
            }
            return ref *Required;
        }
    }

    /// <summary>Copies the state.</summary>
    /// <param name="copy">The copy.</param>
    /// <returns>Whether nothing changed between two looks, so that all of it is of one moment. Ask again, or show it as it is.</returns>
    public bool CopyTo(out SubjectState copy)
    {
        SubjectState* state = Required;
        copy = default;
        fixed (SubjectState* target = &copy)
        {
            SharedMemory.Copy(target, state, (ulong)sizeof(SubjectState));
            byte* first = (byte*)target;
            byte* second = (byte*)state;
            for (int i = 0; i < sizeof(SubjectState); i++)
            {
                if (first[i] != Volatile.Read(ref second[i]))
                {
                    return false;
                }
            }
        }
        return true;
    }

    /// <summary>Makes an interrupt pending for the other subject, which takes it when its interrupts are enabled.</summary>
    /// <param name="vector">The vector, 32..255: exceptions cannot be injected by this way.</param>
    /// <returns>False when the policy does not let this subject, and for a vector below 32.</returns>
    public bool TryInject(byte vector)
    {
        if (_interrupts == null || vector < Interrupts.FirstVector)
        {
            return false;
        }
        _ = Interlocked.Or(ref _interrupts[vector / 64], 1ul << (vector % 64));
        return true;
    }

    SubjectState* Required
    {
        get
        {
            if (_state == null)
            {
                Panic.Stop("a monitored subject was never opened");
            }
            return _state;
        }
    }

    /// <summary>The 256 pending bits, where they are this subject's to write.</summary>
    static ulong* FindInterrupts(ReadOnlySpan<byte> name)
    {
        SubjectInfo own = SubjectInfo.Own;
        for (int i = 0; i < own.ResourceCount; i++)
        {
            SubjectResource resource = own[i];
            if (resource.TryGetMemory(out MemoryRegion region) && region.Kind == MemoryKind.Interrupts && region.IsWritable
                && region.Size >= 32 && WithoutEnd(resource.Name, "_interrupts"u8).SequenceEqual(name))
            {
                return (ulong*)region.Address;
            }
        }
        return null;
    }

    static ReadOnlySpan<byte> WithoutEnd(ReadOnlySpan<byte> text, ReadOnlySpan<byte> end) =>
        text.Length > end.Length && text[^end.Length..].SequenceEqual(end) ? text[..^end.Length] : text;
}
