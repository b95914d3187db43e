// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using System.Linq;
using Muen.Abi;
using Muen.Sdk.Policy.Expand;

namespace Muen.Sdk.Policy.Check;

/// <summary>Monitors, siblings and the crash audit (MUEN1124, 1317, 1318): who may see and change what belongs to another subject, or to the kernel.</summary>
internal static class MonitorChecks
{
    internal static void Check(ResolvedSystem system, DiagnosticBag bag)
    {
        for (int id = 0; id < system.Subjects.Length; id++)
        {
            ResolvedSubject subject = system.Subjects[id];
            foreach (ResolvedMonitor monitor in subject.Monitors)
            {
                CheckMonitor(system, subject, id, monitor, bag);
            }

            if (subject.Main is { } main && !system.Subjects[main].IsVm)
            {
                bag.Add(subject.Place, DiagnosticCodes.InvalidSibling, $"subject '{subject.Name}' is a sibling of '{system.Subjects[main].Name}', which is not a VM; only VMs have several processors");
            }

            foreach (ResolvedMapping mapping in subject.Mappings.Where(m => (m.Writable || m.Executable) && subject.Main is null && system.Regions[m.Region].Use == RegionUse.CrashAudit))
            {
                bag.Add(mapping.Place, DiagnosticCodes.CrashAuditWrite, $"subject '{subject.Name}' would write or execute the crash audit; it can only be read, remove writable and executable");
            }
        }
    }

    private static void CheckMonitor(ResolvedSystem system, ResolvedSubject subject, int id, ResolvedMonitor monitor, DiagnosticBag bag)
    {
        ResolvedSubject other = system.Subjects[monitor.Subject];
        if (monitor.Writable && monitor.Part != MonitorPart.Loader && subject.Group != other.Group && !AreSiblings(system, id, monitor.Subject))
        {
            bag.Add(monitor.Place, DiagnosticCodes.MonitorAccess,
                $"subject '{subject.Name}' would change '{monitor.Logical}' of '{other.Name}' while that may run; let both be in one scheduling group, or map it without writable");
        }

        if (monitor.Part == MonitorPart.Loader && id != monitor.Subject && other.Monitors.Any(m => m.Part == MonitorPart.Loader))
        {
            bag.Add(monitor.Place, DiagnosticCodes.MonitorAccess, $"subject '{subject.Name}' loads '{other.Name}', which is a loader itself; remove one of the two");
        }

        if (monitor.Part == MonitorPart.Loader && other.Main is { } main)
        {
            bag.Add(monitor.Place, DiagnosticCodes.MonitorAccess, $"subject '{subject.Name}' loads '{other.Name}', which has the memory of '{system.Subjects[main].Name}'; name that one");
        }
    }

    private static bool AreSiblings(ResolvedSystem system, int a, int b) => (system.Subjects[a].Main ?? a) == (system.Subjects[b].Main ?? b);
}
