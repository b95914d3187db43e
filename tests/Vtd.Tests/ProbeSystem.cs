// SPDX-License-Identifier: MIT

using Muen.Sdk.Elf;

namespace Muen.VtdTests;

/// <summary>The system of tests/vtd with the probe in the kernel's place: once with tables of three levels, once of four.</summary>
public sealed class ProbeSystem : IAsyncLifetime, IDisposable
{
    const ulong Code = 0x20_0000;

    readonly TemporaryFolder _folder = new();

    /// <summary>The disc whose tables are for addresses of this many bits.</summary>
    public string Disc(int addressWidth) => Path.Combine(_folder.Path, $"{addressWidth}", "system.iso");

    public async Task InitializeAsync()
    {
        string kernel = Path.Combine(_folder.Path, "probe.elf");
        await Run("native", "kernel", "--il", Built("VtdProbe"), "--stubs", Built("VtdProbe.Stubs"), "-o", kernel);
        using (FileStream driver = File.Create(Path.Combine(_folder.Path, "driver.elf")))
        {
            // It never runs.
            ElfExecutable.Write(driver, Code, [new(ElfSegmentType.Load, ElfSegmentFlags.Read | ElfSegmentFlags.Execute, Code, Code, 1, 0x1000, new byte[] { 0xF4 })]);
        }

        string policy = await File.ReadAllTextAsync(Path.Combine(Command.Root, "tests/vtd/vtd.xml"));
        foreach (int width in new[] { 39, 48 })
        {
            string path = Path.Combine(_folder.Path, $"vtd{width}.xml");
            await File.WriteAllTextAsync(path, width == 39 ? policy : WithFourLevels(policy));
            await Run("build", path, "--kernel", kernel, "-o", Path.GetDirectoryName(Disc(width))!);
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();

    // The catalogue's machine has a unit of 39 bits; this one is described here.
    static string WithFourLevels(string policy) => policy.Replace("ref=\"qemu-q35\"", "ref=\"bochs\"", StringComparison.Ordinal).Replace("<devices>\n      <device name=\"confined\">", """
        <devices>
          <device name="ioapic"><capabilities><capability name="ioapic"/><capability name="source_id">0xff00</capability></capabilities></device>
          <device name="iommu">
            <capabilities><capability name="iommu"/><capability name="agaw">48</capability></capabilities>
            <memory name="registers" physicalAddress="0xfed90000" size="4K"/>
          </device>
          <device name="confined">
        """, StringComparison.Ordinal);

    static string Built(string project) => Path.Combine(Command.Root, "artifacts/bin", project, "release", project + ".dll");

    static async Task Run(params string[] arguments)
    {
        Command.Result result = await Command.Muen(arguments);
        Assert.True(result.ExitCode == 0, result.All);
    }
}
