// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Muen.Sdk.Policy;

/// <summary>The platform section: names by which a policy speaks of devices without knowing the machine.</summary>
/// <param name="Aliases">Other names of devices.</param>
/// <param name="Classes">Names of several devices together.</param>
/// <param name="Diagnostics">Where the debug kernel prints to; null leaves it to the hardware's description.</param>
public sealed record PlatformNode(ImmutableArray<AliasNode> Aliases, ImmutableArray<DeviceClassNode> Classes, DiagnosticsNode? Diagnostics);

/// <summary>Another name of a device, or of a resource of a device; a device's alias with resources has these alone.</summary>
public sealed record AliasNode(string Name, Place Place, Located<string> Physical, ImmutableArray<AliasNode> Resources);

/// <summary>A name that stands for each of several devices, or none.</summary>
public sealed record DeviceClassNode(string Name, Place Place, ImmutableArray<Located<string>> Devices);

/// <summary>The device that the debug kernel prints to.</summary>
/// <param name="Type"><c>none</c>, <c>uart</c>, <c>hsuart</c> or <c>vga</c>.</param>
/// <param name="Device">The device.</param>
/// <param name="Port">Its range of ports; null when it has just one.</param>
public sealed record DiagnosticsNode(Located<string> Type, Located<string>? Device, Located<string>? Port);
