// SPDX-License-Identifier: MIT
namespace Muen.Testing;

/// <summary>Memory that several subjects of a <see cref="SimulatedSystem"/> see, each under a name of its own.</summary>
public sealed unsafe class SimulatedMemory
{
    internal SimulatedMemory(nint address, int size)
    {
        Address = address;
        Size = size;
    }

    internal nint Address { get; }

    internal int Size { get; }

    /// <summary>Its bytes.</summary>
    public Span<byte> Bytes => new((void*)Address, Size);
}
