// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;
using Muen.Abi;
using Muen.Sdk.Policy.Expand;

namespace Muen.Sdk.Policy.Check;

/// <summary>Subjects and components themselves (MUEN13xx).</summary>
internal static class SubjectChecks
{
    // Binary segments, stack, sinfo, scheduling information and timed event take places of the 255 too.
    private const int OwnResources = 8;

    internal static void Check(ResolvedSystem system, DiagnosticBag bag)
    {
        IReadOnlyList<ResolvedSubject> own = [.. system.Subjects.Where(s => s.Idle is null)];
        Checker.Unique(own.Select(s => (s.Name, s.Place)), DiagnosticCodes.DuplicateSubject, "subject", bag);
        Checker.Unique(system.Components.Select(c => (c.Name, c.Place)), DiagnosticCodes.DuplicateComponent, "component", bag);
        if (own.Count == 0 && !system.Unresolved.Text)
        {
            bag.Add(system.Place, DiagnosticCodes.NoSubjects, "the system has no subject; add <subjects><subject name=\"...\">");
        }

        if (system.Subjects.Length > Limits.Subjects)
        {
            bag.Add(own[Math.Min(own.Count - 1, Limits.Subjects)].Place, DiagnosticCodes.TooManySubjects,
                $"there are {system.Subjects.Length} subjects, {system.Subjects.Length - own.Count} of them idle; {Limits.Subjects} are possible, join some");
        }

        foreach (ResolvedSubject subject in own)
        {
            if (subject.Component >= 0 && !subject.IsVm && system.Components[subject.Component] is { Binary: null } component && !subject.Vcpu.Registers.ContainsKey("rip"))
            {
                bag.Add(component.Place, DiagnosticCodes.MissingElement, $"'component' has no element 'binary'; add it, or say by vcpu/registers/gpr/rip where the memory that '{component.Name}' provides begins");
            }

            if (IsIdleName(subject.Name))
            {
                bag.Add(subject.Place, DiagnosticCodes.ReservedName, $"the name '{subject.Name}' is kept for an idle subject; choose another");
            }

            // The boot parameters have one.
            foreach (ResolvedMapping second in subject.IsVm && subject.Main is null ? subject.Mappings.Where(m => system.Regions[m.Region].Kind == MemoryKind.Initrd).Skip(1) : [])
            {
                bag.Add(second.Place, DiagnosticCodes.ManyInitialDisks, $"subject '{subject.Name}' maps '{system.Regions[second.Region].Name}' as a second initial RAM disk; join the files, one region is told to its kernel");
            }

            int resources = subject.Mappings.Length + subject.Sources.Length + (subject.ChannelEnds.Length * 2) + subject.Targets.Length + subject.Devices.Length
                + subject.Ports.Length + (subject.Irqs.Length * 2) + subject.DeviceMemory.Length + subject.Monitors.Length + OwnResources;
            if (resources > SubjectInfo.MaxResources)
            {
                bag.Add(subject.Place, DiagnosticCodes.TooManyResources,
                    $"subject '{subject.Name}' needs up to {resources} entries in its subject information; there are {SubjectInfo.MaxResources}, divide the subject");
            }
        }
    }

    private static bool IsIdleName(string name) => name.StartsWith("idle_", StringComparison.Ordinal) && name.Length > 5 && name.Skip(5).All(char.IsAsciiDigit);
}
