// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using Iced.Intel;

namespace Muen.Sdk.Native;

/// <summary>A function of a linked image with its instructions.</summary>
sealed class NativeFunction
{
    /// <summary>Symbol.</summary>
    public required string Symbol { get; init; }

    /// <summary>Name for messages.</summary>
    public required string Name { get; init; }

    /// <summary>First byte.</summary>
    public required ulong Address { get; init; }

    /// <summary>Bytes.</summary>
    public required ulong Size { get; init; }

    /// <summary>64, or 32 and 16 for boot code.</summary>
    public required int Bits { get; init; }

    /// <summary>Whether it is assembly.</summary>
    public required bool IsStub { get; init; }

    /// <summary>Its instructions in the order of their addresses.</summary>
    public required IReadOnlyList<Instruction> Instructions { get; init; }

    /// <summary>Whether an address lies in it.</summary>
    public bool Contains(ulong address) => address - Address < Size;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
