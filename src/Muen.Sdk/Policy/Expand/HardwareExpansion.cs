// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Muen.Sdk.Policy.Expand;

/// <summary>Joins the catalogue's entry with what the policy says: devices and blocks are added, the processor and the console replaced.</summary>
internal static class HardwareExpansion
{
    internal static ResolvedHardware Expand(HardwareNode node, DiagnosticBag bag)
    {
        HardwareNode? entry = null;
        bool known = !node.IsIncomplete;
        if (node.Reference is { } reference)
        {
            entry = Catalogue.Find(reference.Value, bag);
            if (entry is null)
            {
                bag.AddUnknown(reference.Place, DiagnosticCodes.UnknownHardware, "hardware", reference.Value, Catalogue.Names, "catalogue entries");
                known = false;
            }
        }

        ImmutableArray<MemoryBlockNode> blocks = [.. entry?.Blocks ?? [], .. node.Blocks];
        uint tscKhz = node.Processor?.TscKhz ?? entry?.Processor?.TscKhz ?? 0;
        int rate = node.Processor?.TimerRate ?? entry?.Processor?.TimerRate ?? 0;
        ImmutableArray<CpuNode> cpus = Cpus(node.Processor) is { Length: > 0 } own ? own : Cpus(entry?.Processor);
        return new ResolvedHardware(node.Place, blocks, cpus, tscKhz, rate, [.. entry?.Devices ?? [], .. node.Devices], node.ConsolePort ?? entry?.ConsolePort, known)
        {
            MachineCheckBanks = node.Processor?.MachineCheckBanks ?? entry?.Processor?.MachineCheckBanks ?? 0,
            ConfigurationAddress = node.ConfigurationAddress ?? entry?.ConfigurationAddress,
            ConfigurationSize = node.ConfigurationAddress is null && entry is not null ? entry.ConfigurationSize : node.ConfigurationSize,
        };
    }

    private static ImmutableArray<CpuNode> Cpus(ProcessorNode? processor)
    {
        if (processor is null)
        {
            return [];
        }

        IEnumerable<CpuNode> cpus = processor.Cpus.Length != 0
            ? processor.Cpus
            : Enumerable.Range(0, processor.Cores ?? 0).Select(id => new CpuNode(id, (uint)id, processor.Place));
        return [.. cpus.OrderBy(cpu => cpu.Id)];
    }
}
