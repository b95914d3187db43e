// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Muen.Sdk.Policy.Read;

/// <summary>Reads the platform section of a validated tree; what was reported is left out, as in <see cref="ModelReader"/>.</summary>
internal static class PlatformReader
{
    internal static PlatformNode Read(Element platform)
    {
        var mappings = platform.Children.Where(c => c.Name == "mappings").SelectMany(m => m.Children).ToList();
        return new PlatformNode(
            Aliases(mappings.Where(m => m.Name == "aliases").SelectMany(m => m.Children), "alias"),
            [.. mappings.Where(m => m.Name == "classes").SelectMany(m => m.Children).Where(c => c.Name == "class").Select(Class).Where(c => c is not null).Select(c => c!)],
            platform.Children.FirstOrDefault(c => c.Name == "kernelDiagnostics") is { } diagnostics && Text(diagnostics, "type") is { } type ? Diagnostics(diagnostics, type) : null);
    }

    private static ImmutableArray<AliasNode> Aliases(IEnumerable<Element> elements, string name) =>
    [
        .. elements.Where(e => e.Name == name)
            .Select(e => Text(e, "name") is { } alias && Text(e, "physical") is { } physical ? new AliasNode(alias.Value, alias.Place, physical, Aliases(e.Children, "resource")) : null)
            .Where(a => a is not null).Select(a => a!),
    ];

    private static DeviceClassNode? Class(Element e) => Text(e, "name") is not { } name ? null : new DeviceClassNode(
        name.Value, name.Place, [.. e.Children.Where(c => c.Name == "device").Select(d => Text(d, "physical")).Where(d => d is not null).Select(d => d!.Value)]);

    private static DiagnosticsNode Diagnostics(Element e, Located<string> type)
    {
        Element? device = e.Children.FirstOrDefault(c => c.Name == "device");
        Element? port = device?.Children.FirstOrDefault(c => c.Name == "ioPort");
        return new DiagnosticsNode(type, device is null ? null : Text(device, "physical"), port is null ? null : Text(port, "physical"));
    }

    private static Located<string>? Text(Element e, string name) => e.Find(name) is { Value.Length: > 0 } a ? new(a.Value, a.Place) : null;
}
