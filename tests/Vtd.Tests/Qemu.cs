// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace Muen.VtdTests;

/// <summary>QEMU's q35 machine with two edu devices at 00:03.0 and 00:04.0, and a unit for DMA and interrupt remapping.</summary>
static class Qemu
{
    static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    /// <summary>The unit as the kernel wants it. QEMU offers destinations of 32 bits without KVM only by this name; its processors have no x2APIC here, and need none.</summary>
    public const string Unit = "intel-iommu,intremap=on,x-buggy-eim=on";

    /// <summary>Boots a disc until the machine is reset or a line comes.</summary>
    /// <param name="disc">The image.</param>
    /// <param name="unit">The unit, null for none.</param>
    /// <param name="last">What the last line holds.</param>
    /// <returns>The kernel's lines.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(string disc, string? unit, string last)
    {
        // Time is counted in instructions, a microsecond each: the device needs a tenth of a second for a transfer, and nobody waits for it.
        string[] arguments =
        [
            "-accel", "tcg", "-machine", "q35,kernel-irqchip=split", "-cpu", "max", "-m", "256", "-icount", "shift=10,sleep=off", "-nodefaults", "-no-reboot", "-display", "none",
            .. unit is null ? Array.Empty<string>() : ["-device", unit],
            "-device", "edu,addr=3", "-device", "edu,addr=4", "-drive", $"file={disc},media=cdrom,readonly=on,if=ide", "-serial", "null", "-serial", "stdio",
        ];
        using Process process = Command.Start("qemu-system-x86_64", arguments);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(s_limit);
        List<string> lines = [];
        try
        {
            while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                lines.Add(line.TrimEnd());
                if (line.Contains(last, StringComparison.Ordinal))
                {
                    return lines;
                }
            }

            process.WaitForExit();
            Assert.Fail($"QEMU ended before '{last}':\n{string.Join('\n', lines)}\n{await errors}");
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"no '{last}' in {s_limit.TotalMinutes} minutes:\n{string.Join('\n', lines)}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
                process.WaitForExit();
            }
        }

        return lines;
    }
}
