// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.RegularExpressions;
using Muen.Abi;
using Muen.Sdk.Machine;

namespace Muen.Sdk.Cli.Running;

/// <summary>How a kernel stands.</summary>
enum KernelState
{
    /// <summary>It runs subjects, as far as is known.</summary>
    Running,

    /// <summary>It has stopped for good.</summary>
    GaveUp,

    /// <summary>It resets the machine, and starts anew when the machine can do that.</summary>
    Resetting,
}

/// <summary>
/// Reads the kernel's console, and GRUB's before it, for lines after which a processor runs no subjects any more, and says in one line why.
/// </summary>
static partial class KernelReport
{
    /// <summary>A line that ends a run, unless the kernel resets the machine after it.</summary>
    [GeneratedRegex(
        $"^{KernelPrefix}(cpu (?<cpu>\\d+): (PANIC (?<panic>\\d+)|EXCEPTION IN THE KERNEL: (?<exception>.+)"
        + "|the processor lacks a capability: register 0x(?<register>[0-9a-f]+) wanted 0x(?<wanted>[0-9a-f]+) found 0x(?<found>[0-9a-f]+))|error: (?<grub>.+)|(?<prompt>grub( rescue)?>))")]
    public static partial Regex Fatal();

    /// <summary>The kernel resets the machine.</summary>
    [GeneratedRegex($"^{KernelPrefix}cpu \\d+: reboot$")]
    private static partial Regex Reboot();

    [GeneratedRegex($"^{KernelPrefix}cpu \\d+: Muen for .NET: ")]
    private static partial Regex Banner();

    const string KernelPrefix = @"kernel\| ";

    /// <summary>Why the system ended, by the first line that says so; null when none does.</summary>
    public static string? Failure(IEnumerable<string> lines) =>
        lines.Select(l => Fatal().Match(l)).FirstOrDefault(m => m.Success) is { } match ? Words(match) : null;

    /// <summary>How the kernel stands by what it printed last.</summary>
    public static KernelState State(IReadOnlyList<string> lines)
    {
        for (int i = lines.Count - 1; i >= 0; i--)
        {
            if (Banner().IsMatch(lines[i]))
            {
                break;
            }

            if (Reboot().IsMatch(lines[i]))
            {
                return KernelState.Resetting;
            }

            if (Fatal().IsMatch(lines[i]))
            {
                return KernelState.GaveUp;
            }
        }

        return KernelState.Running;
    }

    static string Words(Match line)
    {
        if (line.Groups["grub"].Success)
        {
            return $"GRUB could not start the system: {line.Groups["grub"].Value}; the image is damaged or no image of muen, build it again";
        }

        if (line.Groups["prompt"].Success)
        {
            return "GRUB found no system on the disc; the image is damaged or no image of muen, build it again";
        }

        string processor = line.Groups["cpu"].Value;
        if (line.Groups["register"].Success)
        {
            string capability = Capability(line);
            return capability.StartsWith("register", StringComparison.Ordinal)
                ? $"the kernel did not start: the machine lacks a capability, {capability}"
                : $"the kernel did not start: the processor lacks a capability, {capability}; choose another with --model: {string.Join(", ", BochsOptions.Models)}";
        }

        return line.Groups["exception"].Success
            ? $"the kernel ended on processor {processor} with an exception of its own: {line.Groups["exception"].Value}"
            : $"the kernel gave up on processor {processor}: {Panic(line.Groups["panic"].Value)}";
    }

    /// <summary>A panic's number, its name and what it means.</summary>
    static string Panic(string number)
    {
        PanicReason reason = (PanicReason)uint.Parse(number, CultureInfo.InvariantCulture);
        string meaning = reason switch
        {
            PanicReason.Index => "an index behind the end of a table",
            PanicReason.TablesVersion => "the image's tables are of another version than the kernel; build it again",
            PanicReason.TablesLimit => "a number in the image's tables is beyond the kernel's limits",
            PanicReason.VmxOn => "VMXON failed",
            PanicReason.VmClear => "VMCLEAR failed",
            PanicReason.VmPtrLd => "VMPTRLD failed",
            PanicReason.VmEntry => "VM entry failed",
            PanicReason.ProcessorStart => "a processor that the plan uses did not start; the machine has too few (--cpus)",
            PanicReason.Barrier => "a processor did not reach a barrier in time",
            PanicReason.NonMaskableInterrupt => "a non-maskable interrupt",
            PanicReason.MachineCheck => "a machine check",
            PanicReason.RequestedBySubject => "a subject asked for it by its event system_panic",
            PanicReason.Runtime => "a check of C# failed in the kernel",
            PanicReason.Iommu => "a unit for DMA remapping did not answer in time",
            _ => "of no meaning that is known here",
        };
        return Enum.IsDefined(reason) ? $"PANIC {number} ({reason}), {meaning}" : $"PANIC {number}, {meaning}";
    }

    static string Capability(Match line)
    {
        uint register = uint.Parse(line.Groups["register"].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        string name = register switch
        {
            // Leaves of CPUID; the rest are MSRs (SDM vol. 4, table 2-2).
            >= (uint)KernelLayout.Iommus and < (uint)(KernelLayout.Iommus + (Limits.Iommus * KernelLayout.IommuStride)) =>
                $"register 0x{(register - KernelLayout.Iommus) % KernelLayout.IommuStride:x} of unit {(register - KernelLayout.Iommus) / KernelLayout.IommuStride} for DMA remapping",
            (uint)KernelLayout.IoApic + 1 => "register 0x1 of the IO-APIC, its last input",
            1 or 7 or 0xD or >= 0x8000_0000 => $"CPUID leaf 0x{register:x}",
            0x3A => "IA32_FEATURE_CONTROL",
            0x480 => "IA32_VMX_BASIC",
            0x481 or 0x48D => "pin-based VM-execution controls",
            0x482 or 0x48E => "primary processor-based VM-execution controls",
            0x483 or 0x48F => "VM-exit controls",
            0x484 or 0x490 => "VM-entry controls",
            0x486 or 0x487 => "fixed bits of CR0",
            0x488 or 0x489 => "fixed bits of CR4",
            0x48B => "secondary processor-based VM-execution controls",
            0x48C => "IA32_VMX_EPT_VPID_CAP",
            _ => $"MSR 0x{register:x}",
        };
        return $"{name}: wanted 0x{line.Groups["wanted"].Value}, found 0x{line.Groups["found"].Value}";
    }
}
