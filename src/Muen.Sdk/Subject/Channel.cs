// SPDX-License-Identifier: MIT
using System;
using Muen.Abi;

namespace Muen;

/// <summary>Opens channels (ABI, SHMStream) by the names that the policy gives them.</summary>
/// <remarks>
/// A channel that is not there, read-only for a writer, or too small for one element is a <see cref="Panic"/>: the policy does not fit
/// the program, and there is nothing that the program could do about it.
/// </remarks>
public static unsafe class Channel
{
    /// <summary>Opens the reading end. Its vector is the vector resource of the same name, if there is one.</summary>
    /// <typeparam name="T">The element: a struct of numbers, any bit pattern of which is a value (MUEN2027).</typeparam>
    /// <param name="name">Logical name of the channel (ASCII).</param>
    /// <param name="protocol">Identifier of the element type, agreed on with the writer.</param>
    public static ChannelReader<T> OpenReader<[PlainData] T>(ReadOnlySpan<byte> name, ulong protocol)
        where T : unmanaged
    {
        MemoryRegion region = Find(name, (ulong)sizeof(T));
        int vector = SubjectInfo.Own.TryFindVector(name, out byte number) ? number : -1;
        return new ChannelReader<T>(region.Pointer, region.Size, protocol, vector);
    }

    /// <summary>Opens the writing end and begins a new epoch: readers start over. Its event is the event resource of the same name.</summary>
    /// <typeparam name="T">The element: a struct of numbers, any bit pattern of which is a value (MUEN2027).</typeparam>
    /// <param name="name">Logical name of the channel (ASCII).</param>
    /// <param name="protocol">Identifier of the element type, agreed on with the readers.</param>
    public static ChannelWriter<T> OpenWriter<[PlainData] T>(ReadOnlySpan<byte> name, ulong protocol)
        where T : unmanaged => LayOut<T>(name, protocol, resume: false);

    /// <summary>
    /// Opens the writing end and goes on where this subject left off before it was reset: what readers have not read yet is kept. When the
    /// channel is not laid out as this writer would, as at the first start, it is <see cref="OpenWriter{T}"/>.
    /// </summary>
    /// <typeparam name="T">The element: a struct of numbers, any bit pattern of which is a value (MUEN2027).</typeparam>
    /// <param name="name">Logical name of the channel (ASCII).</param>
    /// <param name="protocol">Identifier of the element type, agreed on with the readers.</param>
    public static ChannelWriter<T> ResumeWriter<[PlainData] T>(ReadOnlySpan<byte> name, ulong protocol)
        where T : unmanaged => LayOut<T>(name, protocol, resume: true);

    /// <summary>Elements that fit behind the header.</summary>
    /// <param name="size">Bytes of the channel.</param>
    /// <param name="elementSize">Bytes of an element, not 0.</param>
    internal static ulong Capacity(ulong size, ulong elementSize) =>
        size < ChannelHeader.Size ? 0 : (size - ChannelHeader.Size) / elementSize;

    /// <summary>Where an element lies. <paramref name="index"/> is below the capacity, so nothing here can overflow.</summary>
    internal static byte* Slot(ChannelHeader* header, ulong index, ulong elementSize) =>
        (byte*)header + ChannelHeader.Size + (index * elementSize);

    static ChannelWriter<T> LayOut<[PlainData] T>(ReadOnlySpan<byte> name, ulong protocol, bool resume)
        where T : unmanaged
    {
        MemoryRegion region = Find(name, (ulong)sizeof(T));
        if (!region.IsWritable)
        {
            Panic.Stop("a channel to write is read-only in the policy", name);
        }
        int number = SubjectInfo.Own.TryFindEvent(name, out Event found) ? found.Number : -1;
        return new ChannelWriter<T>(region.Pointer, region.Size, protocol, number, resume);
    }

    /// <summary>Finds a channel that holds at least one element.</summary>
    static MemoryRegion Find(ReadOnlySpan<byte> name, ulong elementSize)
    {
        if (!SubjectInfo.Own.TryFindChannel(name, out MemoryRegion region))
        {
            Panic.Stop("a channel is not in the policy", name);
        }
        if (Capacity(region.Size, elementSize) == 0)
        {
            Panic.Stop("a channel is smaller than one element", name);
        }
        return region;
    }
}
