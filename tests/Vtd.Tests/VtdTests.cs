// SPDX-License-Identifier: MIT

namespace Muen.VtdTests;

/// <summary>What a device can do when the kernel's own code has set its unit up from the tables of a policy.</summary>
public sealed class VtdTests(ProbeSystem system) : IClassFixture<ProbeSystem>
{
    const string Confined = "cpu 0: device 0x0:0x3.0x0: ";
    const string Stray = "cpu 0: device 0x0:0x4.0x0: ";

    static readonly string[] s_transcript =
    [
        "cpu 0: devices 0x10000ed",
        .. Seen("without remapping the device writes outside"),
        .. Seen("the device reads and writes its domain"),
        .. Seen("what it may only read keeps its content"),
        .. Seen("the kernel is told by its vector"),
        Confined + "write of 0x9000000 refused, reason 0x5",
        .. Seen("and is read"),
        .. Seen("memory outside of the domain keeps its content"),
        Confined + "write of 0x1020000 refused, reason 0x5",
        .. Seen("the kernel keeps its code"),
        Confined + "write of 0x100000 refused, reason 0x5",
        .. Seen("memory outside of the domain is not read"),
        Confined + "read of 0x1020000 refused, reason 0x6",
        .. Seen("a device without a domain writes nothing"),
        Stray + "write of 0x8000000 refused, reason 0x2",
        .. Seen("at no address"),
        Stray + "write of 0x1000000 refused, reason 0x2",
        "cpu 0: records in the crash audit: 0x6",
        .. Seen("a message arrives at its vector"),
        .. Seen("one without an entry does not"),
        .. Seen("nor one of another device's entry"),
        .. Seen("whose own arrives"),
        .. Seen("an input without an entry does not interrupt"),
        .. Seen("the input that the policy routes does"),
        .. Seen("edge-triggered"),
        .. Seen("a masked line does not"),
        .. Seen("an unmasked one does"),
        .. Seen("level-triggered"),
        .. Enumerable.Repeat(Confined + "write of 0x1020000 refused, reason 0x5", 15 - 6),
        .. Seen("a storm of faults changes nothing"),
        "cpu 0: records in the crash audit: 0xf",
        "cpu 0: reboot",
    ];

    [Theory]
    [InlineData(39)]
    [InlineData(48)]
    public async Task DevicesDoWhatTheirDomainAllows(int addressWidth) =>
        Assert.Equal(s_transcript, await Qemu.RunAsync(system.Disc(addressWidth), $"{Qemu.Unit},aw-bits={addressWidth}", "reboot"));

    /// <summary>ECAP_REG of a unit without destinations of 32 bits; CAP_REG of one with three levels for tables of four; no unit, where nothing answers.</summary>
    [Theory]
    [InlineData(39, "intel-iommu,intremap=on", "register 0x20020010 wanted 0x1a found 0x")]
    [InlineData(39, "intel-iommu", "register 0x20020010 wanted 0x1a found 0x")]
    [InlineData(48, Qemu.Unit, "register 0x20020008 wanted 0x412 found 0x")]
    [InlineData(39, null, "register 0x20020008 wanted 0x212 found 0x10")]
    public async Task TheKernelRefusesToStartWithoutWhatConfinesDevices(int addressWidth, string? unit, string reason)
    {
        IReadOnlyList<string> lines = await Qemu.RunAsync(system.Disc(addressWidth), unit, "lacks a capability");
        Assert.Equal([.. s_transcript[..3], lines[^1]], lines);
        Assert.StartsWith("cpu 0: the processor lacks a capability: " + reason, lines[^1], StringComparison.Ordinal);
    }

    static string[] Seen(string what) => ["cpu 0: " + what, "cpu 0:     yes"];
}
