// SPDX-License-Identifier: MIT

using Muen.Abi;
using Muen.Sdk.Cli.Running;

namespace Muen.Sdk.Cli.Tests;

/// <summary>Lines after which nothing runs any more are told from all others, and explained.</summary>
public sealed class KernelReportTests
{
    [Theory]
    [InlineData("kernel| cpu 0: PANIC 8", "the kernel gave up on processor 0: PANIC 8 (ProcessorStart), a processor that the plan uses did not start; the machine has too few (--cpus)")]
    [InlineData("kernel| cpu 3: PANIC 99", "the kernel gave up on processor 3: PANIC 99, of no meaning that is known here")]
    [InlineData(
        "kernel| cpu 0: EXCEPTION IN THE KERNEL: vector 14 error code 0x0 rip 0x100200",
        "the kernel ended on processor 0 with an exception of its own: vector 14 error code 0x0 rip 0x100200")]
    [InlineData(
        "kernel| cpu 0: the processor lacks a capability: register 0x48c wanted 0x60100000000 found 0x0",
        "the kernel did not start: the processor lacks a capability, IA32_VMX_EPT_VPID_CAP: wanted 0x60100000000, found 0x0; choose another with --model: broadwell_ult, corei7_skylake_x")]
    [InlineData(
        "kernel| cpu 0: the processor lacks a capability: register 0x20028010 wanted 0x1a found 0x12",
        "the kernel did not start: the machine lacks a capability, register 0x10 of unit 1 for DMA remapping: wanted 0x1a, found 0x12")]
    [InlineData(
        "kernel| cpu 0: the processor lacks a capability: register 0x20010001 wanted 0x28 found 0x17",
        "the kernel did not start: the machine lacks a capability, register 0x1 of the IO-APIC, its last input: wanted 0x28, found 0x17")]
    [InlineData("kernel| error: no multiboot header found.", "GRUB could not start the system: no multiboot header found.; the image is damaged or no image of muen, build it again")]
    [InlineData("kernel| grub rescue> ", "GRUB found no system on the disc; the image is damaged or no image of muen, build it again")]
    public void FatalLineIsExplained(string line, string expected)
    {
        Assert.Equal(expected, KernelReport.Failure(["kernel| cpu 0: Muen for .NET: 2 processors", line, "kernel| cpu 1: PANIC 9"]));
        Assert.Equal(KernelState.GaveUp, KernelReport.State(["client: files", line, "more", "kernel| cpu 1: interrupt vector 33 belongs to nobody"]));
    }

    [Theory]
    [InlineData("kernel| cpu 0: Muen for .NET: 2 processors, 3 subjects, ABI version 1")]
    [InlineData("kernel| cpu 0: subject 2 \"intruder\": trap 0 (exception) vector 14 error code 0x0 qualification 0x0 rip 0x200970 -> stopped")]
    [InlineData("kernel| cpu 0: event 0x9 is not in its table")]
    [InlineData("cpu 0: PANIC 8")]
    [InlineData("error: a line holds at most 4096 bytes")]
    [InlineData("> kernel| cpu 0: PANIC 8")]
    public void OtherLineIsNone(string line) => Assert.Null(KernelReport.Failure([line]));

    /// <summary>The kernel may start anew after a panic; the run goes on then, but it has failed.</summary>
    [Fact]
    public void ResetIsNoHalt()
    {
        string[] lines = ["kernel| cpu 0: PANIC 12", "kernel| cpu 0: reboot"];
        string[] again = [.. lines, "kernel| cpu 0: Muen for .NET: 1 processors, 1 subjects, ABI version 3"];
        Assert.Equal(KernelState.Resetting, KernelReport.State(lines));
        Assert.Equal(KernelState.Running, KernelReport.State(again));
        Assert.NotNull(KernelReport.Failure(again));
        Assert.Equal(KernelState.GaveUp, KernelReport.State([.. again, "kernel| cpu 0: PANIC 12"]));
    }

    /// <summary>Whatever reason the kernel has, its line has a meaning.</summary>
    [Fact]
    public void EveryReasonHasWords()
    {
        foreach (PanicReason reason in Enum.GetValues<PanicReason>())
        {
            Assert.DoesNotContain("no meaning", KernelReport.Failure([$"kernel| cpu 0: PANIC {(uint)reason}"]), StringComparison.Ordinal);
        }
    }
}
