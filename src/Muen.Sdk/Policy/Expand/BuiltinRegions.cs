// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using System.Linq;
using Muen.Abi;
using Muen.Sdk.Policy.Allocate;

namespace Muen.Sdk.Policy.Expand;

/// <summary>Regions that every system has and a policy may map by name without declaring them, as in the original: they are made only where something names them.</summary>
internal static class BuiltinRegions
{
    /// <summary>The page by which tau0 chooses the next major frame.</summary>
    internal const string SystemInterface = "sys_interface";

    /// <summary>The kernel's crash audit, for a subject that reports the last crash.</summary>
    internal const string CrashAudit = "crash_audit";

    /// <summary>Those that a policy uses and does not declare itself.</summary>
    internal static IEnumerable<ResolvedRegion> Of(PolicyModel model)
    {
        var size = new Located<ulong>(KernelLayout.PageSize, model.Place);
        if (Uses(model, SystemInterface))
        {
            yield return new ResolvedRegion(SystemInterface, model.Place, RegionUse.Memory, size, null, new(Caching.WB, model.Place), null) { Kind = MemoryKind.KernelInterface };
        }

        if (Uses(model, CrashAudit))
        {
            yield return TheCrashAudit(CrashAudit, model.Place);
        }
    }

    /// <summary>A region as the policy declares it. One of type <c>subject_crash_audit</c> is the kernel's crash audit by another name: it has its own place.</summary>
    internal static ResolvedRegion Of(MemoryNode node) => node.Kind == MemoryKind.CrashAudit
        ? TheCrashAudit(node.Name, node.Place)
        : new ResolvedRegion(node.Name, node.Place, RegionUse.Memory, node.Size, node.Address, node.Caching, node.Content) { Kind = node.Kind, Alignment = node.Alignment };

    private static ResolvedRegion TheCrashAudit(string name, Place place) =>
        new(name, place, RegionUse.CrashAudit, new(KernelLayout.PageSize, place), new(Allocator.CrashAudit, place), new(Caching.UC, place), null) { Kind = MemoryKind.CrashAudit };

    private static bool Uses(PolicyModel model, string name) =>
        !model.Memory.Any(m => m.Name == name)
        && (model.Subjects.Any(s => s.Maps.Any(m => m.Physical.Value == name) || s.Own.Memory.Any(m => (m.Physical?.Value ?? m.Logical) == name))
            || model.Components.Any(c => c.Requires.Memory.Any(m => m.Logical == name)));
}
