// SPDX-License-Identifier: MIT
using System;

namespace Muen;

/// <summary>
/// Marks a type parameter whose values are made of bytes that somebody else wrote: another subject, a device. What stands for it must have no bit pattern that lies:
/// no pointer, no <c>bool</c>, and nothing that is a <see cref="CapabilityAttribute">capability</see>, nor in its fields (MUEN2027). Generic code that hands its own type
/// parameter on to such a one marks it likewise.
/// </summary>
[AttributeUsage(AttributeTargets.GenericParameter)]
public sealed class PlainDataAttribute : Attribute
{
}
