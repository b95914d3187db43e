// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Linq;

namespace Muen.Sdk.Policy.Expand;

/// <summary>
/// A sibling is a further processor of a VM: it has the memory, the component and the profile of its main subject, but events, ports and a state of its own.
/// </summary>
internal static class SiblingExpansion
{
    /// <summary>Joins what a sibling says itself with what it has from its main subject.</summary>
    /// <param name="own">The sibling without its main subject.</param>
    /// <param name="node">As it is written.</param>
    /// <param name="main">The main subject.</param>
    /// <param name="index">Its index.</param>
    /// <param name="changes">What component and main subject say of the processor.</param>
    internal static ResolvedSubject Join(ResolvedSubject own, SubjectNode node, ResolvedSubject main, int index, ImmutableArray<VcpuNode> changes)
    {
        ImmutableArray<VcpuNode> all = node.Own.Vcpu is { } vcpu ? [.. changes, vcpu] : changes;
        return own with
        {
            Component = main.Component,
            Profile = main.Profile,
            Vcpu = Vcpu.Of(main.Profile, all),
            Msrs = [.. main.Msrs, .. node.Own.Vcpu?.Msrs ?? []],
            Mappings = main.Mappings,
            DeviceMemory = main.DeviceMemory,
            Main = index,
        };
    }

    /// <summary>Reports what a sibling cannot have, since it shares all memory.</summary>
    internal static void Check(SubjectNode node, DiagnosticBag bag)
    {
        Place? place = node.Own.Memory.Select(m => (Place?)m.Place).Concat(node.Own.Channels.Select(c => (Place?)c.Place))
            .Concat(node.Own.Devices.SelectMany(d => d.Memory).Select(m => (Place?)m.Place)).FirstOrDefault();
        if (place is { } extra)
        {
            bag.Add(extra, DiagnosticCodes.InvalidSibling, $"subject '{node.Name}' is a sibling and has the memory of '{node.Sibling!.Value.Value}'; give that one what both need");
        }

        if (node.Component is { } component)
        {
            bag.Add(component.Place, DiagnosticCodes.InvalidSibling, $"subject '{node.Name}' is a sibling and runs what '{node.Sibling!.Value.Value}' runs; remove the component");
        }

        if (node.BootParameters.Length != 0)
        {
            bag.Add(node.Place, DiagnosticCodes.InvalidSibling, $"subject '{node.Name}' is a sibling and is not booted; give the bootparams to '{node.Sibling!.Value.Value}'");
        }
    }
}
