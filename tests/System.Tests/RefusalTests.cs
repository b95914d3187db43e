// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.RegularExpressions;
using Muen.Sdk.Machine;

namespace Muen.SystemTests;

/// <summary>On processors of other models the kernel says what they lack, and runs nobody. What else it refuses is in Kernel.Tests, where a processor can lack one thing.</summary>
public sealed partial class RefusalTests : IDisposable
{
    const ulong Vmx = 1 << 5;
    const ulong X2Apic = 1 << 21;
    const ulong XSave = 1 << 26;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <param name="model">Bochs' name of the processor.</param>
    /// <param name="lacks">Of CPUID.1:ECX.</param>
    [Theory]
    [InlineData("athlon64_clawhammer", Vmx | X2Apic | XSave)]
    [InlineData("corei5_lynnfield_750", X2Apic | XSave)]
    public async Task NothingRunsOnAProcessorWithout(string model, ulong lacks)
    {
        string policy = Path.Combine(Command.Root, "tests/systems/crash.xml");
        IReadOnlyList<string> lines = await BootedSystem.RunFileAsync(policy, _folder.File("out"), 1, model, Lacks());
        Match line = lines.Select(l => Lacks().Match(l)).Single(m => m.Success);
        ulong wanted = ulong.Parse(line.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        ulong found = ulong.Parse(line.Groups[2].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        Assert.Equal(Vmx | X2Apic | XSave, wanted);
        Assert.Equal(lacks, wanted & ~found);
        Assert.DoesNotContain(lines, l => l.StartsWith("boot ", StringComparison.Ordinal));
    }

    /// <summary>QEMU's translator knows no VT-x: all that the kernel does in it is to come up on that machine and say so.</summary>
    [Fact]
    public async Task NothingRunsWhereQemuTranslates()
    {
        Command.Result built = await Command.Muen(["build", Path.Combine(Command.Root, "tests/systems/crash.xml"), "-o", _folder.File("out")]);
        Assert.True(built.ExitCode == 0, built.All);
        using QemuMachine machine = await QemuMachine.StartAsync(new() { IsoPath = _folder.File("out/system.iso"), Translates = true });
        Transcript transcript = Transcript.Of(machine);
        int at = await transcript.WaitForAsync(Lacks(), TimeSpan.FromMinutes(2));
        Match line = Lacks().Match(transcript.Lines[at]);
        Assert.Equal(0ul, ulong.Parse(line.Groups[2].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture) & Vmx);
        machine.Stop();
        await transcript.Ended;
        Assert.DoesNotContain(transcript.Lines, l => l.StartsWith("boot ", StringComparison.Ordinal));
    }

    [GeneratedRegex("^kernel\\| cpu 0: the processor lacks a capability: register 0x1 wanted 0x([0-9a-f]+) found 0x([0-9a-f]+)$")]
    private static partial Regex Lacks();
}
