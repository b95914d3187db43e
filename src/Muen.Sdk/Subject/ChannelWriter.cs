// SPDX-License-Identifier: MIT
using Muen.Abi;

namespace Muen;

/// <summary>
/// The writing end of a channel: an SHMStream v2 (ABI, SHMStream) of elements of type <typeparamref name="T"/>. Writing never waits:
/// a reader that falls a whole channel behind loses elements and is told so. Nothing that a reader does is visible here.
/// </summary>
/// <typeparam name="T">The element: a struct of numbers (MUEN2027). Its size is the element size.</typeparam>
/// <remarks>A mutable value that holds the position: keep it in one place and pass it by <c>ref</c>.</remarks>
[Capability]
public unsafe struct ChannelWriter<[PlainData] T>
    where T : unmanaged
{
    readonly ChannelHeader* _header;
    readonly ulong _count;
    readonly int _event;

    /// <summary>WC: elements written in this epoch.</summary>
    ulong _written;

    /// <summary>Lays out a region of memory; <see cref="Channel.OpenWriter{T}"/> and <see cref="Channel.ResumeWriter{T}"/> are what a subject calls.</summary>
    /// <param name="region">First byte of the channel, aligned to 8.</param>
    /// <param name="size">Bytes of the channel; room for at least one element.</param>
    /// <param name="protocol">Identifier of the element type.</param>
    /// <param name="eventNumber">Event that announces new elements, or -1.</param>
    /// <param name="resume">Whether to go on where an earlier writer of the same layout stopped.</param>
    internal ChannelWriter(void* region, ulong size, ulong protocol, int eventNumber, bool resume)
    {
        _header = (ChannelHeader*)region;
        _count = Channel.Capacity(size, (ulong)sizeof(T));
        _event = eventNumber;
        _written = 0;
        if (resume && IsLaidOut(protocol))
        {
            _written = SharedMemory.Load(&_header->Written);
        }
        else
        {
            Initialize(size, protocol);
        }
    }

    /// <summary>The event that announces new elements, or -1 when the policy gives none.</summary>
    public readonly int EventNumber => _event;

    /// <summary>Elements that the ring holds: a reader may be that many behind.</summary>
    public readonly ulong Count => _count;

    /// <summary>Writes an element. A default value of this type writes nothing.</summary>
    /// <param name="element">The element; copied.</param>
    public void Write(in T element)
    {
        if (_count == 0)
        {
            return;
        }
        byte* slot = Channel.Slot(_header, _written % _count, (ulong)sizeof(T));
        ulong next = unchecked(_written + 1);
        SharedMemory.Store(&_header->WriteStart, next);
        fixed (T* source = &element)
        {
            SharedMemory.Copy(slot, source, (ulong)sizeof(T));
        }
        SharedMemory.Store(&_header->Written, next);
        _written = next;
    }

    /// <summary>Announces what has been written: triggers the channel's event, when the policy gives one.</summary>
    public readonly void Notify()
    {
        if (_event >= 0)
        {
            Hypercall.Trigger((byte)_event);
        }
    }

    /// <summary>Ends the epoch: readers see an inactive channel. Writing goes on only after a new <see cref="Channel.OpenWriter{T}"/>.</summary>
    public readonly void Close()
    {
        if (_count != 0)
        {
            SharedMemory.Store(&_header->Epoch, 0);
        }
    }

    readonly bool IsLaidOut(ulong protocol) =>
        SharedMemory.Load(&_header->Epoch) != 0
        && SharedMemory.Load(&_header->Transport) == ChannelHeader.ExpectedTransport
        && SharedMemory.Load(&_header->Protocol) == protocol
        && SharedMemory.Load(&_header->ElementSize) == (ulong)sizeof(T)
        && SharedMemory.Load(&_header->ElementCount) == _count;

    /// <summary>Epoch 0 first, so that no reader follows a half-made header; the new epoch last.</summary>
    readonly void Initialize(ulong size, ulong protocol)
    {
        ulong epoch = ChannelEpoch.Next(SharedMemory.Load(&_header->Epoch));
        SharedMemory.Store(&_header->Epoch, 0);
        SharedMemory.Store(&_header->Transport, ChannelHeader.ExpectedTransport);
        SharedMemory.Store(&_header->Protocol, protocol);
        SharedMemory.Store(&_header->ElementSize, (ulong)sizeof(T));
        SharedMemory.Store(&_header->ElementCount, _count);
        SharedMemory.Store(&_header->Reserved, 0);
        SharedMemory.Store(&_header->WriteStart, 0);
        SharedMemory.Store(&_header->Written, 0);
        for (ulong offset = ChannelHeader.Size; offset + sizeof(ulong) <= size; offset += sizeof(ulong))
        {
            SharedMemory.Store((ulong*)((byte*)_header + offset), 0);
        }
        SharedMemory.Store(&_header->Epoch, epoch);
    }
}
