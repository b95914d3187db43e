// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using Muen.Abi;

namespace Muen;

/// <summary>
/// The reading end of a channel: an SHMStream v2 (ABI, SHMStream) of elements of type <typeparamref name="T"/>. The writer is not
/// trusted. It may change any byte of the channel at any time; what that can do is to deliver wrong elements or none, never to make
/// this reader look outside the channel, divide by zero or loop.
/// </summary>
/// <typeparam name="T">The element: a struct of numbers, any bit pattern of which is a value (MUEN2027). Its size is the element size. An enum may be any number of its size.</typeparam>
/// <remarks>A mutable value that holds the position: keep it in one place and pass it by <c>ref</c>.</remarks>
[Capability]
public unsafe struct ChannelReader<[PlainData] T>
    where T : unmanaged
{
    readonly ChannelHeader* _header;

    /// <summary>Elements that fit into the region; what the writer says may be less, never more.</summary>
    readonly ulong _capacity;
    readonly ulong _protocol;
    readonly int _vector;

    /// <summary>The epoch that the three fields below belong to; 0 = none.</summary>
    ulong _epoch;

    /// <summary>Elements of the ring, 1..capacity: read once from the header, checked, and never read again.</summary>
    ulong _count;

    /// <summary>RC: elements read or skipped in this epoch.</summary>
    ulong _read;

    /// <summary>Reads from a region of memory; <see cref="Channel.OpenReader{T}"/> is what a subject calls.</summary>
    /// <param name="region">First byte of the channel, aligned to 8.</param>
    /// <param name="size">Bytes of the channel.</param>
    /// <param name="protocol">Identifier of the element type that the writer must use.</param>
    /// <param name="vector">Vector that announces new elements, or -1.</param>
    internal ChannelReader(void* region, ulong size, ulong protocol, int vector)
    {
        _header = (ChannelHeader*)region;
        _capacity = Channel.Capacity(size, (ulong)sizeof(T));
        _protocol = protocol;
        _vector = vector;
        _epoch = 0;
        _count = 0;
        _read = 0;
    }

    /// <summary>The vector that announces new elements, or -1 when the policy gives none.</summary>
    public readonly int Vector => _vector;

    /// <summary>Elements of the ring as the writer has laid it out; 0 before the first synchronisation.</summary>
    public readonly ulong Count => _count;

    /// <summary>Elements that a read would find now, at most the ring's size; 0 when inactive or not yet synchronised.</summary>
    public readonly ulong Pending
    {
        get
        {
            if (_header == null || _epoch == 0 || SharedMemory.Load(&_header->Epoch) != _epoch)
            {
                return 0;
            }
            ulong written = SharedMemory.Load(&_header->Written);
            return written <= _read ? 0 : written - _read < _count ? written - _read : _count;
        }
    }

    /// <summary>Reads the next element, without waiting.</summary>
    /// <param name="element">The element after <see cref="ReadResult.Success"/>; after any other result its contents mean nothing.</param>
    /// <returns>What came of it. Every result leaves the reader ready for the next call.</returns>
    public ReadResult TryRead(out T element)
    {
        Unsafe.SkipInit(out element);
        if (_header == null)
        {
            return ReadResult.Inactive;
        }
        ulong epoch = SharedMemory.Load(&_header->Epoch);
        if (epoch == 0)
        {
            _epoch = 0;
            return ReadResult.Inactive;
        }
        if (epoch != _epoch)
        {
            return Synchronize(epoch);
        }
        if (_read >= SharedMemory.Load(&_header->Written))
        {
            return ReadResult.NoData;
        }
        fixed (T* destination = &element)
        {
            SharedMemory.Copy(destination, Channel.Slot(_header, _read % _count, (ulong)sizeof(T)), (ulong)sizeof(T));
        }

        // The slot may have been overwritten while it was copied: the writer raises WSC before it touches a slot.
        ReadResult result = ReadResult.Success;
        ulong started = SharedMemory.Load(&_header->WriteStart);
        if (started > _read && started - _read > _count)
        {
            _read = SharedMemory.Load(&_header->Written);
            result = ReadResult.Overrun;
        }
        else
        {
            _read = unchecked(_read + 1);
        }
        return SharedMemory.Load(&_header->Epoch) == epoch ? result : ReadResult.EpochChanged;
    }

    /// <summary>Reads the next element; sleeps while there is none to read.</summary>
    /// <param name="element">The element after <see cref="ReadResult.Success"/>; after any other result its contents mean nothing.</param>
    /// <returns>
    /// <see cref="ReadResult.Success"/>, or <see cref="ReadResult.EpochChanged"/> or <see cref="ReadResult.Overrun"/>: elements may be
    /// missing between the last one and the next.
    /// </returns>
    public ReadResult Read(out T element)
    {
        while (true)
        {
            ReadResult result = TryRead(out element);
            if (result is ReadResult.Success or ReadResult.EpochChanged or ReadResult.Overrun)
            {
                return result;
            }
            Wait();
        }
    }

    /// <summary>Skips everything written so far.</summary>
    public void Drain()
    {
        if (_header != null && _epoch != 0 && SharedMemory.Load(&_header->Epoch) == _epoch)
        {
            _read = SharedMemory.Load(&_header->Written);
        }
    }

    /// <summary>
    /// Sleeps until the writer has announced something since the last call. Call it only after <see cref="TryRead"/> found nothing: several
    /// announcements may have become one. Without a vector it gives up the processor for a moment and returns.
    /// </summary>
    public readonly void Wait()
    {
        if (_vector >= 0)
        {
            Interrupts.Wait((byte)_vector);
        }
        else
        {
            Subject.Sleep();
        }
    }

    /// <summary>Takes over the writer's layout if it is one that this reader can follow.</summary>
    ReadResult Synchronize(ulong epoch)
    {
        _epoch = 0;
        ulong transport = SharedMemory.Load(&_header->Transport);
        ulong protocol = SharedMemory.Load(&_header->Protocol);
        ulong size = SharedMemory.Load(&_header->ElementSize);
        ulong count = SharedMemory.Load(&_header->ElementCount);
        bool compatible = transport == ChannelHeader.ExpectedTransport && protocol == _protocol
            && size == (ulong)sizeof(T) && count != 0 && count <= _capacity;
        if (SharedMemory.Load(&_header->Epoch) != epoch)
        {
            return ReadResult.EpochChanged;
        }
        if (!compatible)
        {
            return ReadResult.Incompatible;
        }
        _epoch = epoch;
        _count = count;
        _read = 0;
        return ReadResult.EpochChanged;
    }
}
