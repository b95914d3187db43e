// SPDX-License-Identifier: MIT
using System;

namespace Muen;

/// <summary>
/// A range of I/O ports that the policy grants. Access outside the range is a <see cref="Panic"/> here; the I/O bitmap would stop
/// it too, without saying why. Only the policy makes them: a program cannot name ports that it was not given.
/// </summary>
[Capability]
public readonly struct Ports
{
    /// <param name="first">First port.</param>
    /// <param name="count">How many.</param>
    internal Ports(ushort first, ushort count)
    {
        First = first;
        Count = count;
    }

    /// <summary>Finds the ports of a device: the device's and the ports' logical names, joined by <c>_</c>.</summary>
    /// <param name="name">The name (ASCII).</param>
    /// <returns>The ports. Some that are not there are a <see cref="Panic"/>: the policy does not fit the program.</returns>
    public static Ports Open(ReadOnlySpan<byte> name)
    {
        if (!SubjectInfo.Own.TryFindPorts(name, out Ports ports))
        {
            Panic.Stop("ports are not in the policy", name);
        }
        return ports;
    }

    /// <summary>First port.</summary>
    public ushort First { get; }

    /// <summary>How many ports; 0 for a default value.</summary>
    public ushort Count { get; }

    /// <summary>Reads a byte.</summary>
    /// <param name="offset">Port, counted from <see cref="First"/>.</param>
    public byte Read8(int offset) => Instructions.In8(Port(offset, 1));

    /// <summary>Reads two bytes.</summary>
    /// <inheritdoc cref="Read8"/>
    public ushort Read16(int offset) => Instructions.In16(Port(offset, 2));

    /// <summary>Reads four bytes.</summary>
    /// <inheritdoc cref="Read8"/>
    public uint Read32(int offset) => Instructions.In32(Port(offset, 4));

    /// <summary>Writes a byte.</summary>
    /// <param name="offset">Port, counted from <see cref="First"/>.</param>
    /// <param name="value">What to write.</param>
    public void Write8(int offset, byte value) => Instructions.Out8(Port(offset, 1), value);

    /// <summary>Writes two bytes.</summary>
    /// <inheritdoc cref="Write8"/>
    public void Write16(int offset, ushort value) => Instructions.Out16(Port(offset, 2), value);

    /// <summary>Writes four bytes.</summary>
    /// <inheritdoc cref="Write8"/>
    public void Write32(int offset, uint value) => Instructions.Out32(Port(offset, 4), value);

    ushort Port(int offset, int width)
    {
        if (offset < 0 || offset > Count - width)
        {
            Panic.Stop("a port outside the granted range");
        }
        return (ushort)(First + offset);
    }
}
