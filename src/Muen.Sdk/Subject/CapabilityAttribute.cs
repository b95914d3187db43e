// SPDX-License-Identifier: MIT
using System;

namespace Muen;

/// <summary>
/// Marks a struct whose value is a right: an address, ports, an event. The policy gives it and the library hands it out; one that is made of bytes that came from
/// elsewhere would be a right that nobody gave, so MUEN2027 refuses what would make one.
/// </summary>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class CapabilityAttribute : Attribute
{
}
