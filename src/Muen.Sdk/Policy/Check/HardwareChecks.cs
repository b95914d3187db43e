// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using System.Linq;
using Muen.Abi;
using Muen.Sdk.Policy.Allocate;
using Muen.Sdk.Policy.Expand;

namespace Muen.Sdk.Policy.Check;

/// <summary>Memory blocks, processors and console of the machine (MUEN16xx).</summary>
internal static class HardwareChecks
{
    private const ulong Page = KernelLayout.PageSize;
    private const ulong MemoryLimit = 1UL << 46;
    private const int ConsolePorts = 8;
    private const ulong BusSpace = 1 << 20;
    private const ulong MostBuses = 256;

    internal static void Check(ResolvedSystem system, DiagnosticBag bag)
    {
        ResolvedHardware hardware = system.Hardware;
        if (!hardware.Known)
        {
            // Everything would be missing.
            return;
        }

        CheckProcessors(hardware, system.Unresolved, bag);
        CheckBlocks(hardware, system.Unresolved, bag);
        CheckConfigurationSpace(hardware, bag);
        if (hardware.ConsolePort is { } console && console.Value + ConsolePorts > 0x1_0000)
        {
            bag.Add(console.Place, DiagnosticCodes.InvalidConsole, $"a UART has {ConsolePorts} ports, 0x{console.Value:X} leaves no room for them; choose a port up to 0xFFF8");
        }
    }

    // PCI Express Base Specification 7.2.2: the memory-mapped configuration space.
    private static void CheckConfigurationSpace(ResolvedHardware hardware, DiagnosticBag bag)
    {
        if (hardware.ConfigurationAddress is not { } start)
        {
            return;
        }

        ulong size = hardware.ConfigurationSize;
        if (start.Value % BusSpace != 0 || start.Value >= MemoryLimit || size == 0 || size % BusSpace != 0 || size > MostBuses * BusSpace)
        {
            bag.Add(start.Place, DiagnosticCodes.InvalidConfigurationSpace,
                $"the configuration space lies at 0x{start.Value:X} and has {size} bytes; use a multiple of 1M, and 1M for each bus, at most {MostBuses}M");
        }
        else if (hardware.Blocks.FirstOrDefault(b => b.Address < start.Value + size && start.Value < b.Address + b.Size) is { } block)
        {
            bag.Add(start.Place, DiagnosticCodes.InvalidConfigurationSpace,
                $"the configuration space (0x{start.Value:X}..0x{start.Value + size - 1:X}) overlaps memory block '{block.Name}'; correct one of them");
        }
    }

    private static void CheckProcessors(ResolvedHardware hardware, Unresolved unresolved, DiagnosticBag bag)
    {
        if (hardware.Cpus.IsEmpty && !unresolved.Text)
        {
            bag.Add(hardware.Place, DiagnosticCodes.IncompleteHardware, "the hardware has no processor; add <processor cpuCores=\"...\" tscKhz=\"...\"/>, or ref=\"...\" of the catalogue");
        }

        if (hardware.TscKhz == 0 && !hardware.Cpus.IsEmpty && !unresolved.Text)
        {
            bag.Add(hardware.Place, DiagnosticCodes.IncompleteHardware, "the frequency of the TSC is missing; add tscKhz to processor");
        }

        if (hardware.Cpus.Length > Limits.Processors)
        {
            bag.Add(hardware.Cpus[Limits.Processors].Place, DiagnosticCodes.TooManyProcessors,
                $"the hardware has {hardware.Cpus.Length} processors; the kernel runs on {Limits.Processors}, leave the others out");
        }

        var apicIds = new Dictionary<uint, CpuNode>();
        for (int i = 0; i < hardware.Cpus.Length; i++)
        {
            CpuNode cpu = hardware.Cpus[i];
            if (cpu.Id != i)
            {
                bag.Add(cpu.Place, DiagnosticCodes.InvalidProcessor, $"processor {cpu.Id} stands where {i} is expected; number the processors 0, 1, 2, ... without gaps");
                break;
            }

            if (!apicIds.TryAdd(cpu.ApicId, cpu))
            {
                bag.Add(cpu.Place, DiagnosticCodes.InvalidProcessor, $"processor {cpu.Id} has the APIC identifier {cpu.ApicId} of processor {apicIds[cpu.ApicId].Id}; each has its own");
            }
        }
    }

    private static void CheckBlocks(ResolvedHardware hardware, Unresolved unresolved, DiagnosticBag bag)
    {
        foreach (MemoryBlockNode block in hardware.Blocks)
        {
            if (block.Size == 0 || block.Address % Page != 0 || block.Size % Page != 0 || block.Address + block.Size > MemoryLimit)
            {
                bag.Add(block.Place, DiagnosticCodes.InvalidBlock,
                    $"block '{block.Name}' goes from 0x{block.Address:X} with {block.Size} bytes; address and size are multiples of 4096, and it ends below 0x{MemoryLimit:X}");
            }
        }

        Checker.Disjoint(hardware.Blocks.Select((b, i) => new CheckedRange(b.Name, b.Place, b.Address, b.Size, i)), (a, b) =>
        {
            (CheckedRange late, CheckedRange early) = a.Order > b.Order ? (a, b) : (b, a);
            bag.Add(late.Place!.Value, DiagnosticCodes.BlockOverlap,
                $"block '{late.Name}' ({late.Extent}) overlaps block '{early.Name}' ({early.Extent}) at {early.Place}; correct one of them");
        });
        if (hardware.Blocks.IsEmpty)
        {
            if (!unresolved.Text)
            {
                bag.Add(hardware.Place, DiagnosticCodes.IncompleteHardware, "the hardware has no memory; add <memory><memoryBlock .../></memory>, or ref=\"...\" of the catalogue");
            }

            return;
        }

        if (!Covered(hardware, KernelLayout.Trampoline, Page, false) || !Covered(hardware, KernelLayout.Image, Allocator.CrashAudit + Page - KernelLayout.Image, true))
        {
            bag.Add(hardware.Blocks[0].Place, DiagnosticCodes.NoKernelMemory,
                $"the kernel lies at 0x{KernelLayout.Image:X}..0x{Allocator.CrashAudit + Page - 1:X} and needs page 0x{KernelLayout.Trampoline:X}; describe memory there");
        }
    }

    private static bool Covered(ResolvedHardware hardware, ulong address, ulong size, bool allocatable) =>
        hardware.Blocks.Any(b => b.Address <= address && address + size <= b.Address + b.Size && (b.Allocatable || !allocatable));
}
