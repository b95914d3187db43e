// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Muen.Sdk.Machine;

/// <summary>
/// One run of QEMU over a bootable disc, on a host whose KVM offers VT-x to its guests (nested VT-x). Its screen is a VNC server at the first
/// free port from 5900 on.
/// </summary>
public sealed class QemuMachine : MachineProcess
{
    /// <summary>QEMU's device `isa-debug-exit` ends the run at the first byte, `S` of `Shutdown`, with an exit code that has it in its upper seven bits.</summary>
    const int ShutdownCode = ('S' << 1) | 1;

    const string Program = "qemu-system-x86_64";

    QemuMachine()
        : base("QEMU")
    {
    }

    /// <summary>What stands in the way of running the kernel in QEMU on this host, in words for a user; null when nothing does.</summary>
    public static string? Obstacle() => ExecutablePath.Find(Program) is null ? MachineTool.Advice(MachineTool.Qemu) : Obstacle("/");

    /// <param name="root">Where `dev` and `sys` are.</param>
    internal static string? Obstacle(string root)
    {
        string nested = Path.Combine(root, "sys/module/kvm_intel/parameters/nested");
        string device = Path.Combine(root, "dev/kvm");
        if (!File.Exists(nested))
        {
            return "the host runs no KVM for Intel processors (there is no module kvm_intel)";
        }

        if (File.ReadAllText(nested).Trim() is not ("Y" or "1"))
        {
            return "the host's KVM offers no VT-x to its guests: load kvm_intel with nested=1";
        }

        try
        {
            using FileStream kvm = new(device, FileMode.Open, FileAccess.ReadWrite);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "/dev/kvm cannot be opened: be a member of the group kvm";
        }
    }

    /// <summary>Starts QEMU and returns when both serial ports are connected, which is before the first instruction.</summary>
    /// <param name="options">The machine.</param>
    /// <param name="cancellation">Gives up and kills what was started.</param>
    /// <exception cref="MachineException">QEMU, nested VT-x or the image is missing, or QEMU refused; the message says what to do.</exception>
    public static async Task<QemuMachine> StartAsync(QemuOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        string program = ExecutablePath.Find(Program) ?? throw new MachineException(MachineTool.Advice(MachineTool.Qemu));
        if (!options.Translates && Obstacle() is { } obstacle)
        {
            throw new MachineException($"QEMU cannot run the kernel here: {obstacle}");
        }

        if (!File.Exists(options.IsoPath))
        {
            throw new MachineException($"there is no image {options.IsoPath}");
        }

        if (options.Processors is < 1 or > QemuOptions.MaxProcessors)
        {
            throw new MachineException($"QEMU runs 1 to {QemuOptions.MaxProcessors} processors here, not {options.Processors}");
        }

        var machine = new QemuMachine();
        try
        {
            await machine.ConnectAsync((com1, com2) => [program, .. Arguments(options, com1, com2)], cancellation).ConfigureAwait(false);
            return machine;
        }
        catch
        {
            machine.Dispose();
            throw;
        }
    }

    /// <summary>The command line. The interrupt controller is split: remapping wants the IO-APIC on QEMU's side.</summary>
    internal static IReadOnlyList<string> Arguments(QemuOptions options, int com1, int com2)
    {
        string frequency = options.TscKhz == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $",tsc-frequency={options.TscKhz * 1000L}");
        return
        [
            "-accel", options.Translates ? "tcg" : "kvm",
            "-machine", "q35,kernel-irqchip=split",
            "-cpu", options.Translates ? "max" : $"host{frequency}",
            "-smp", Text(options.Processors),
            "-m", Text(options.MemoryMiB),
            .. options.HasIommu ? ["-device", $"intel-iommu,intremap=on{(options.Translates ? "" : ",eim=on")}"] : Array.Empty<string>(),
            "-device", "isa-debug-exit,iobase=0x8900,iosize=1",
            "-cdrom", Path.GetFullPath(options.IsoPath),
            "-boot", "d",
            "-serial", $"tcp:127.0.0.1:{Text(com1)}",
            "-serial", $"tcp:127.0.0.1:{Text(com2)}",
            "-display", "vnc=127.0.0.1:0,to=99",
            "-monitor", "none",
            "-nic", "none",
        ];

        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }

    private protected override MachineResult Judge(int exitCode, bool killed) => exitCode switch
    {
        ShutdownCode => new(MachineEnd.Shutdown, ""),
        _ when killed => new(MachineEnd.Killed, ""),
        > 128 => new(MachineEnd.Signal, $"signal {exitCode - 128}"),
        0 => new(MachineEnd.Shutdown, ""),
        _ => new(MachineEnd.Panic, LastWords()),
    };

    private protected override string LastWords() =>
        File.Exists(ErrorsPath) && File.ReadLines(ErrorsPath).LastOrDefault(l => l.Trim().Length > 0) is { } line ? line.Trim() : "it left no message";
}
