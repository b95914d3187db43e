// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Muen.Sdk.Policy.Check;

namespace Muen.Sdk.Policy.Expand;

/// <summary>
/// Replaces the names of the platform section, aliases and classes of devices, by those of the hardware, in everything that names devices. What an alias names is
/// checked here, whether it is used or not.
/// </summary>
internal sealed class DeviceNames
{
    private readonly Dictionary<string, AliasNode> aliases = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DeviceClassNode> classes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DeviceNode> devices = new(StringComparer.Ordinal);
    private readonly DiagnosticBag bag;

    private DeviceNames(PlatformNode platform, ResolvedHardware hardware, DiagnosticBag bag)
    {
        this.bag = bag;
        foreach (DeviceNode device in hardware.Devices)
        {
            devices.TryAdd(device.Name, device);
        }

        var names = hardware.Devices.Select(d => (d.Name, d.Place)).DistinctBy(d => d.Name);
        Checker.Unique(
            names.Concat(platform.Aliases.Select(a => (a.Name, a.Place))).Concat(platform.Classes.Select(c => (c.Name, c.Place))),
            DiagnosticCodes.DuplicateDevice, "device, alias or class", bag);
        foreach (AliasNode alias in platform.Aliases)
        {
            aliases.TryAdd(alias.Name, alias);
            Check(alias);
        }

        foreach (DeviceClassNode @class in platform.Classes)
        {
            classes.TryAdd(@class.Name, @class);
            foreach (Located<string> device in @class.Devices)
            {
                Find(device);
            }
        }
    }

    /// <summary>The model with the hardware's names alone, and the hardware with the console that the platform names.</summary>
    internal static (PolicyModel Model, ResolvedHardware Hardware) Resolve(PolicyModel model, ResolvedHardware hardware, DiagnosticBag bag)
    {
        if (model.Platform is not { } platform || !hardware.Known)
        {
            return (model, hardware);
        }

        var names = new DeviceNames(platform, hardware, bag);
        var others = model.Memory.Select(m => m.Name).Concat(model.Channels.Select(c => c.Name)).Concat(model.Events.Select(e => e.Name)).ToHashSet(StringComparer.Ordinal);
        PolicyModel resolved = model with
        {
            Subjects = [.. model.Subjects.Select(s => s with
            {
                Maps = [.. s.Maps.Select(m => others.Contains(m.Physical.Value) ? m : names.Resolve(m))],
                Own = s.Own with { Devices = [.. s.Own.Devices.SelectMany(names.Resolve)] },
            })],
            Domains = [.. model.Domains.Select(d => d with { Devices = [.. d.Devices.SelectMany(names.OfDomain)] })],
        };
        return (resolved, platform.Diagnostics is { } diagnostics ? names.Console(diagnostics, hardware) : hardware);
    }

    private void Check(AliasNode alias)
    {
        if (Find(alias.Physical) is not { } device)
        {
            return;
        }

        Checker.Unique(alias.Resources.Select(r => (r.Name, r.Place)), DiagnosticCodes.DuplicateDeviceResource, "resource of this alias", bag);
        foreach (AliasNode resource in alias.Resources)
        {
            var resources = device.Ports.Select(p => p.Name).Concat(device.Irqs.Select(i => i.Name)).Concat(device.Memory.Select(m => m.Name));
            if (!resources.Contains(resource.Physical.Value))
            {
                bag.AddUnknown(resource.Physical.Place, DiagnosticCodes.UnknownDeviceResource, "resource", resource.Physical.Value, resources, "there are", $" of device '{device.Name}'");
            }
        }
    }

    private DeviceNode? Find(Located<string> name)
    {
        if (!devices.TryGetValue(name.Value, out DeviceNode? device))
        {
            bag.AddUnknown(name.Place, DiagnosticCodes.UnknownDevice, "device", name.Value, devices.Keys, "devices");
        }

        return device;
    }

    private MapNode Resolve(MapNode map)
    {
        if (!aliases.TryGetValue(map.Physical.Value, out AliasNode? alias))
        {
            return map;
        }

        // A resource that is not mapped has the name that the alias gives it.
        var mapped = map.Maps.Select(m => m.Logical.Value).ToHashSet(StringComparer.Ordinal);
        return map with
        {
            Physical = alias.Physical,
            Maps =
            [
                .. map.Maps.Select(m => m with { Physical = Resource(alias, m.Physical) }),
                .. alias.Resources.Where(r => !mapped.Contains(r.Name)).Select(r => new MapNode(new(r.Name, r.Place), r.Physical, [])),
            ],
        };
    }

    private IEnumerable<DeviceUseNode> Resolve(DeviceUseNode use)
    {
        string name = use.Physical?.Value ?? use.Logical;
        bool whole = use.Ports.IsEmpty && use.Irqs.IsEmpty && use.Memory.IsEmpty;
        if (whole && classes.TryGetValue(name, out DeviceClassNode? @class))
        {
            return @class.Devices.Select((device, i) => use with { Logical = $"{@class.Name}_{i + 1}", Physical = device });
        }

        if (!aliases.TryGetValue(name, out AliasNode? alias))
        {
            return [use];
        }

        DeviceUseNode resolved = use with { Physical = alias.Physical };
        if (whole && devices.TryGetValue(alias.Physical.Value, out DeviceNode? device))
        {
            return [Chosen(resolved, alias, device)];
        }

        return
        [
            resolved with
            {
                Ports = [.. use.Ports.Select(p => p with { Physical = Resource(alias, p.Physical ?? new(p.Logical, p.Place)) })],
                Irqs = [.. use.Irqs.Select(i => Interrupt(alias, i))],
                Memory = [.. use.Memory.Select(m => m with { Physical = Resource(alias, m.Physical ?? new(m.Logical, m.Place)) })],
            },
        ];
    }

    // A domain speaks of devices as wholes.
    private IEnumerable<DeviceUseNode> OfDomain(DeviceUseNode use)
    {
        string name = use.Physical?.Value ?? use.Logical;
        return classes.TryGetValue(name, out DeviceClassNode? @class)
            ? @class.Devices.Select((device, i) => use with { Logical = $"{@class.Name}_{i + 1}", Physical = device })
            : [aliases.TryGetValue(name, out AliasNode? alias) ? use with { Physical = alias.Physical } : use];
    }

    // The resources that the alias has; all of the device's when it names none.
    private static DeviceUseNode Chosen(DeviceUseNode use, AliasNode alias, DeviceNode device) => use with
    {
        Ports = [.. Named(alias, device.Ports.Select(p => p.Name)).Select(r => new PortUseNode(r.Name, use.Place, r.Physical, null, null))],
        Irqs = [.. Named(alias, device.Irqs.Select(i => i.Name)).Select(r => new IrqUseNode(r.Name, use.Place, r.Physical, null) { IsWhole = true })],
        Memory = [.. Named(alias, device.Memory.Select(m => m.Name)).Select(r => new DeviceMemoryUseNode(r.Name, use.Place, r.Physical, null, null, true, false))],
    };

    private static IEnumerable<AliasNode> Named(AliasNode alias, IEnumerable<string> resources)
    {
        var names = resources.ToHashSet(StringComparer.Ordinal);
        return alias.Resources.Where(r => names.Contains(r.Physical.Value));
    }

    // The messages of an interrupt may have names of the alias too.
    private static IrqUseNode Interrupt(AliasNode alias, IrqUseNode use)
    {
        Located<string> name = use.Physical ?? new(use.Logical, use.Place);
        AliasNode? own = alias.Resources.FirstOrDefault(r => r.Name == name.Value);
        return use with
        {
            Physical = own?.Physical ?? name,
            Messages = own is null ? use.Messages : [.. use.Messages.Select(m => m with { Physical = Resource(own, m.Physical ?? new(m.Logical, m.Place)) })],
        };
    }

    private static Located<string> Resource(AliasNode alias, Located<string> name) =>
        alias.Resources.FirstOrDefault(r => r.Name == name.Value) is { } resource ? resource.Physical : name;

    private ResolvedHardware Console(DiagnosticsNode diagnostics, ResolvedHardware hardware)
    {
        if (diagnostics.Type.Value == "none")
        {
            return hardware with { ConsolePort = null };
        }

        if (diagnostics.Type.Value is "hsuart" or "vga")
        {
            bag.Add(diagnostics.Type.Place, DiagnosticCodes.InvalidConsole, $"the kernel cannot print to a device of type '{Quote.Short(diagnostics.Type.Value)}'; use uart, or none");
            return hardware;
        }

        // Any other type is no value of the attribute, and was reported.
        if (diagnostics.Type.Value != "uart")
        {
            return hardware;
        }

        if (diagnostics.Device is not { } name)
        {
            bag.Add(diagnostics.Type.Place, DiagnosticCodes.InvalidConsole, "kernelDiagnostics of type 'uart' names no device; add <device physical=\"...\"/>");
            return hardware;
        }

        AliasNode? alias = aliases.GetValueOrDefault(name.Value);
        if (Find(alias?.Physical ?? name) is not { } device)
        {
            return hardware;
        }

        Located<string>? wanted = diagnostics.Port is { } written && alias is not null ? Resource(alias, written) : diagnostics.Port;
        PortNode? port = wanted is { } port1 ? device.Ports.FirstOrDefault(p => p.Name == port1.Value) : device.Ports.FirstOrDefault();
        if (port is null)
        {
            bag.AddUnknown((wanted ?? name).Place, DiagnosticCodes.UnknownDeviceResource, "port range", wanted?.Value ?? "", device.Ports.Select(p => p.Name), "there are", $" of device '{device.Name}'");
            return hardware;
        }

        return hardware with { ConsolePort = new(port.Start, (wanted ?? name).Place) };
    }
}
