// SPDX-License-Identifier: MIT
namespace Muen.Sdk.Generator;

// What the generated members need of a component.xml. Values only, so that two readings of one text are equal.

/// <summary>Where something is written: the path, lines and columns from 0, and the position in the text.</summary>
sealed record Place(string Path, int Line, int Column, int Start, int Length);

/// <summary>What is wrong, where.</summary>
sealed record Problem(string Id, Place Place, string Text);

/// <summary>A component.</summary>
/// <param name="Name">The component's name.</param>
/// <param name="Namespace">The namespace of the generated class; empty for none.</param>
/// <param name="Path">The file.</param>
/// <param name="Members">What it requires and provides, each logical name once for each kind.</param>
/// <param name="Problems">What is wrong in the file.</param>
sealed record ComponentModel(string Name, string Namespace, string Path, EquatableArray<Member> Members, EquatableArray<Problem> Problems);

/// <summary>What a member stands for.</summary>
enum MemberKind
{
    Reader,
    Writer,
    Event,
    Memory,
    Interrupt,
    DevicePorts,
    DeviceMemory,
    DeviceInterrupt,
}

/// <summary>Something that the component may use.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Device">Logical name of the device that it belongs to; empty for none.</param>
/// <param name="Logical">The component's name for it.</param>
/// <param name="Type">A channel's element type; empty when the file names none.</param>
/// <param name="Vector">A vector that the file fixes, or -1.</param>
/// <param name="Place">Where the type, otherwise the name is written.</param>
sealed record Member(MemberKind Kind, string Device, string Logical, string Type, int Vector, Place Place)
{
    /// <summary>The name that the subject information has for it.</summary>
    internal string InformationName => Device.Length == 0 ? Logical : Device + "_" + Logical;
}
