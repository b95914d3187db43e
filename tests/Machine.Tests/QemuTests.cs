// SPDX-License-Identifier: MIT

using System.Text;
using System.Text.RegularExpressions;

namespace Muen.Sdk.Machine.Tests;

/// <summary>QEMU as a child: streams, ends, and what a host must offer. It translates here: what KVM would run is up to the host.</summary>
public sealed partial class QemuTests : IDisposable
{
    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task PrintsEchoesAndShutsDown()
    {
        TinyKernel kernel = new TinyKernel().Open(TinyKernel.Com1).Open(TinyKernel.Com2)
            .Print(TinyKernel.Com2, "kernel is up\n").Print(TinyKernel.Com1, "hello\r\n").EchoUntil(TinyKernel.Com1, '!').Shutdown(TinyKernel.Com1);

        // A comma ends a value in QEMU's options.
        using QemuMachine machine = await QemuMachine.StartAsync(new() { IsoPath = _folder.Disc(kernel, "a, b.iso"), Processors = 3, HasIommu = true, Translates = true });
        Transcript transcript = Transcript.Of(machine);
        await transcript.WaitForAsync(Hello(), s_limit);
        await machine.Console.WriteAsync(Encoding.UTF8.GetBytes("zwölf\nlast!"));
        Assert.Equal(MachineEnd.Shutdown, (await machine.Ended.WaitAsync(s_limit)).End);
        await transcript.Ended;
        Assert.Equal(["kernel is up"], Of("kernel| "));
        Assert.Equal(["hello", "zwölf", "last!"], transcript.Lines.Where(l => !l.StartsWith("kernel| ", StringComparison.Ordinal)));

        // The firmware and GRUB may have printed before.
        IEnumerable<string> Of(string prefix) => transcript.Lines.Where(l => l.StartsWith(prefix, StringComparison.Ordinal)).Select(l => l[prefix.Length..]).TakeLast(1);
    }

    [Fact]
    public async Task StopLeavesNoProcess()
    {
        using QemuMachine machine = await QemuMachine.StartAsync(new() { IsoPath = _folder.Disc(new TinyKernel().Spin()), Translates = true });
        machine.Stop();
        Assert.Equal(MachineEnd.Killed, (await machine.Ended.WaitAsync(s_limit)).End);
        Assert.False(Directory.Exists($"/proc/{machine.ProcessId}"));
    }

    [Fact]
    public async Task WrongOptionsAreOneLine()
    {
        string disc = _folder.Disc(new TinyKernel().Spin());
        string gone = _folder.File("gone.iso");
        await Refused(new() { IsoPath = gone, Translates = true }, $"there is no image {gone}");
        await Refused(new() { IsoPath = disc, Translates = true, Processors = 65 }, "QEMU runs 1 to 64 processors here, not 65");
        await Refused(new() { IsoPath = disc, Translates = true, MemoryMiB = -5 }, "QEMU did not start: ");
    }

    static async Task Refused(QemuOptions options, string message)
    {
        MachineException error = await Assert.ThrowsAsync<MachineException>(() => QemuMachine.StartAsync(options));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    /// <summary>A machine for the kernel: the host's processor, its TSC as fast as the plan counts on.</summary>
    [Fact]
    public void TheKernelGetsTheHostsProcessor()
    {
        IReadOnlyList<string> words = QemuMachine.Arguments(new() { IsoPath = "/a.iso", Processors = 2, TscKhz = 50_000, HasIommu = true }, 1, 2);
        string line = string.Join(' ', words);
        Assert.Contains("-accel kvm -machine q35,kernel-irqchip=split -cpu host,tsc-frequency=50000000 -smp 2 -m 256 -device intel-iommu,intremap=on,eim=on ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("iommu", string.Join(' ', QemuMachine.Arguments(new() { IsoPath = "/a.iso" }, 1, 2)), StringComparison.Ordinal);
    }

    [Fact]
    public void AHostIsToldWhatItLacks()
    {
        string parameters = _folder.File("sys/module/kvm_intel/parameters");
        Assert.Contains("no module kvm_intel", QemuMachine.Obstacle(_folder.Path), StringComparison.Ordinal);
        Directory.CreateDirectory(parameters);
        string nested = Path.Combine(parameters, "nested");
        File.WriteAllText(nested, "N\n");
        Assert.Contains("nested=1", QemuMachine.Obstacle(_folder.Path), StringComparison.Ordinal);
        File.WriteAllText(nested, "Y\n");
        Assert.Contains("/dev/kvm cannot be opened", QemuMachine.Obstacle(_folder.Path), StringComparison.Ordinal);
        Directory.CreateDirectory(_folder.File("dev"));
        File.WriteAllText(_folder.File("dev/kvm"), "");
        Assert.Null(QemuMachine.Obstacle(_folder.Path));
    }

    [GeneratedRegex("^hello$")]
    private static partial Regex Hello();
}
