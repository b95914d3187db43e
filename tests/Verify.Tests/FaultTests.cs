// SPDX-License-Identifier: MIT

using Muen.Abi;
using Muen.Sdk.Policy;

namespace Muen.Sdk.Verify.Tests;

/// <summary>Each error code once: an image with one fault, made on purpose, in which the verifier finds it. What needs no policy is found without one.</summary>
public sealed class FaultTests
{
    const ulong Writable = 1 << 1;
    const ulong User = 1 << 2;
    const ulong Uncached = 3 << 3;
    const ulong LargePage = 1 << 7;
    const ulong ExecuteDisable = 1UL << 63;
    const int Client = 1;
    const int Intruder = 2;

    /// <summary>A fault.</summary>
    /// <param name="Code">What must be found.</param>
    /// <param name="Always">Whether it is found without a policy, too.</param>
    sealed record Fault(string Name, FindingCode Code, bool Always, TestSystem System, Action<Patch> Make);

    static readonly Fault[] s_faults =
    [
        new("magic", FindingCodes.TablesFormat, true, TestSystem.Crypter, p => p.U64(KernelLayout.Tables, 7)),
        new("minor frame of no partition", FindingCodes.Index, true, TestSystem.Crypter, p => p.Byte(p.MinorFrame(0) + 8, 200)),
        new("action that there is not", FindingCodes.UnknownValue, true, TestSystem.Crypter, p => p.Byte(p.Event(Client, 0), 99)),
        new("bitmap outside of the image", FindingCodes.MissingMemory, true, TestSystem.Crypter, p => p.Field(Client, nameof(SubjectEntry.IoBitmapAddress), 0x9000_0000)),
        new("bit 7 of a PML4 entry", FindingCodes.ReservedBit, true, TestSystem.Crypter, p => p.Flip(p.Subject(Client).PageTables, LargePage)),
        new("page tables of another", FindingCodes.UsedTwice, true, TestSystem.Crypter, p => p.Initial(Intruder, nameof(SubjectState.Cr3), p.Subject(Client).PageTables)),
        new("memory without an owner", FindingCodes.Unclaimed, false, TestSystem.Crypter, p => p.U64(p.Leaf(Intruder, SubjectLayout.StackTop - 0x1000), 0)),
        new("entry", FindingCodes.Start, true, TestSystem.Crypter, p => p.File(24, 0x10_1000)),
        new("frequency", FindingCodes.MachineDiffers, false, TestSystem.Crypter, p => p.Byte(KernelLayout.Tables + 36, 1)),

        new("kernel maps the page behind its stack", FindingCodes.KernelSpace, true, TestSystem.Crypter, p => p.U64(p.KernelLeaf(0, KernelLayout.StackTop), p.Region("client|stack").Address | 0x63 | ExecuteDisable)),
        new("kernel can write its code", FindingCodes.KernelRights, true, TestSystem.Crypter, p => p.Flip(p.KernelLeaf(0, KernelLayout.Image), Writable)),
        new("VMCS of another", FindingCodes.KernelPages, true, TestSystem.Crypter, p => p.Field(Client, nameof(SubjectEntry.VmcsAddress), p.Region("intruder|vmcs").Address)),

        new("the kernel's tables", FindingCodes.SubjectReachesKernel, true, TestSystem.Crypter, p => p.Map(Intruder, SubjectLayout.StackTop - 0x1000, KernelLayout.Tables)),
        new("another's state", FindingCodes.SubjectReachesKernel, true, TestSystem.Crypter, p => p.Map(Intruder, SubjectLayout.StackTop - 0x1000, p.Region("client|state").Address)),
        new("own page tables", FindingCodes.SubjectReachesKernel, true, TestSystem.Crypter, p => p.Map(Intruder, SubjectLayout.StackTop - 0x1000, p.Subject(Intruder).PageTables)),
        new("the IO-APIC", FindingCodes.SubjectReachesKernel, true, TestSystem.Crypter, p => p.Map(Intruder, SubjectLayout.StackTop - 0x1000, 0xFEC0_0000)),
        new("guest reaches the kernel", FindingCodes.SubjectReachesKernel, true, TestSystem.Vm, p => p.EptMap("first", 0x8_0000, KernelLayout.Image)),
        new("device reaches the kernel", FindingCodes.SubjectReachesKernel, true, TestSystem.Dma, p => p.U64(p.DmaLeaf("store", 0), KernelLayout.Image | 3)),
        new("stack that can be executed", FindingCodes.WritableAndExecutable, true, TestSystem.Crypter, p => p.Flip(p.Leaf(Intruder, SubjectLayout.StackTop - 0x1000), ExecuteDisable)),
        new("a page less", FindingCodes.MemoryMissing, true, TestSystem.Crypter, p => p.U64(p.Leaf(Intruder, SubjectLayout.StackTop - 0x1000), 0)),
        new("a page more", FindingCodes.MemoryExtra, true, TestSystem.Crypter, p => p.U64(p.Leaf(Intruder, SubjectLayout.StackTop - 0x1000) + 8 - 0x1000, p.Region("files").Address | 0x21 | ExecuteDisable)),
        new("reader writes", FindingCodes.MemoryRights, true, TestSystem.Crypter, p => p.Flip(p.Leaf(Intruder, 0x20_2000), Writable)),
        new("another's board", FindingCodes.MemoryPlace, false, TestSystem.Plans, p => p.Map(1, p.Address(1, "board"), p.Region("planned_1").Address)),
        new("uncached memory", FindingCodes.MemoryType, false, TestSystem.Plans, p => p.Flip(p.Leaf(1, p.Address(1, "board")), Uncached)),
        new("a user's page", FindingCodes.PageAttribute, true, TestSystem.Crypter, p => p.Flip(p.Leaf(Intruder, 0x20_2000), User)),
        new("requests pass untranslated", FindingCodes.Devices, true, TestSystem.Dma, p => p.Flip(p.Region("dma|bus_0").Address + (3 * 8 * 16), 2 << 2)),

        new("interrupts do not exit", FindingCodes.Control, true, TestSystem.Crypter, p => p.FlipField(Client, nameof(SubjectEntry.PinControls), 1)),
        new("a native subject owns WP", FindingCodes.Control, true, TestSystem.Crypter, p => p.FlipField(Client, nameof(SubjectEntry.Cr0Mask), 1 << 16)),
        new("RDTSC does not exit", FindingCodes.ControlDiffers, false, TestSystem.Crypter, p => p.FlipField(Intruder, nameof(SubjectEntry.ProcessorControls), 1 << 12)),
        new("a port more", FindingCodes.Ports, true, TestSystem.Crypter, p => p.Byte(p.Region("intruder|io_bitmap").Address + 8, 0xFE)),
        new("the kernel's console", FindingCodes.Ports, true, TestSystem.Crypter, p => p.Byte(p.Region("intruder|io_bitmap").Address + (0x2F8 / 8), 0xFE)),
        new("an MSR more", FindingCodes.Msrs, true, TestSystem.Crypter, p => p.Byte(p.Region("intruder|msr_bitmap").Address + 2048 + (0x1B / 8), 0xF7)),
        new("another MSR is moved", FindingCodes.MsrStore, true, TestSystem.Vm, p => p.Byte(p.Region("driver|msr_store").Address, 0x81)),
        new("another first instruction", FindingCodes.InitialState, false, TestSystem.Crypter, p => p.Initial(Client, nameof(SubjectState.Rip), 0x20_0020)),
        new("another name", FindingCodes.Identity, false, TestSystem.Crypter, p => p.Byte(p.Entry(Client), (byte)'k')),

        new("an event powers off", FindingCodes.EventDiffers, false, TestSystem.Crypter, p => p.Byte(p.Event(0, 0), (byte)SourceAction.PowerOff)),
        new("a trap is forgiven", FindingCodes.TrapDiffers, false, TestSystem.Crypter, p => p.U64(p.Trap(Intruder, (int)ExitReason.EptViolation), (ulong)EventFlags.Valid << 8)),
        new("an event arrives as another vector", FindingCodes.TargetDiffers, false, TestSystem.Crypter, p => p.Byte(p.Target(0, 0) + 1, 77)),
        new("hand over to another group", FindingCodes.Handover, true, TestSystem.Vm, p => p.U16(p.Event(2, 5) + 2, 3)),
        new("IPI to the own processor", FindingCodes.Ipi, true, TestSystem.Crypter, p => p.Byte(p.Trap(Intruder, 0) + 1, 11)),
        new("another's interrupt", FindingCodes.Unmask, true, TestSystem.Vm, p => p.Byte(p.Event(3, 0) + 5, 1)),
        new("interrupt of another", FindingCodes.Vectors, true, TestSystem.Crypter, p => p.U16(p.Vector(36), 0)),
        new("message from another device", FindingCodes.Remapping, false, TestSystem.Dma, p => p.Byte(p.Region("dma|interrupts").Address + (Limits.FirstMessageVector * 16) + 8, 0)),

        new("a frame after the end", FindingCodes.PlanFormat, true, TestSystem.Crypter, p => p.U64(p.MinorFrame(1), 1 << 30)),
        new("more time", FindingCodes.PlanDiffers, false, TestSystem.Crypter, p => p.U64(p.MinorFrame(0), 600_000)),
        new("nobody comes to the barrier", FindingCodes.Barrier, true, TestSystem.Vm, p => p.U16(p.MinorFrame(0) + 10, 5)),
        new("another subject begins", FindingCodes.Group, true, TestSystem.Vm, p => p.U16(p.Group(0), 3)),

        new("told of another event", FindingCodes.Information, true, TestSystem.Crypter, p => p.Byte(p.Told(Client, ResourceKind.Event) + Resource.DataOffset, 9)),
        new("another program", FindingCodes.Content, false, TestSystem.Crypter, p => p.Byte(p.Region("client|binary_text").Address + 0x20, 0xCC)),
        new("kernel with another byte", FindingCodes.Content, false, TestSystem.Crypter, p => p.Byte(KernelLayout.Image + 0x80, 0xCC)),
        new("another digest", FindingCodes.Digest, false, TestSystem.Crypter, p => p.FlipDigest(Client)),
    ];

    public static TheoryData<string> Names => [.. s_faults.Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void FaultIsFound(string name)
    {
        Fault fault = s_faults.Single(f => f.Name == name);
        var patch = new Patch(fault.System);
        fault.Make(patch);
        Assert.False(patch.Bytes.AsSpan().SequenceEqual(fault.System.Bytes));
        VerificationResult result = fault.System.Verify(patch.Bytes);
        Assert.True(result.Counts.ContainsKey(fault.Code), $"{fault.Code} was not found but:\n{string.Join('\n', result.Findings)}");
        Assert.True(result.HasErrors);
        Assert.All(result.Findings, f => Assert.True(f.Place.Length > 0 && f.Message.Length > 0));
        bool always = fault.System.Verify(patch.Bytes, withPolicy: false).Counts.ContainsKey(fault.Code);
        Assert.True(always || !fault.Always, "it is not found without a policy");
    }

    [Fact]
    public void EveryErrorHasItsFault() =>
        Assert.Equal(FindingCodes.All.Where(c => !c.IsHarmless).Select(c => c.Id).Order(), s_faults.Select(f => f.Code.Id).Distinct().Order());

    /// <summary>
    /// What the pages of docs/errors show of each code: its first fault above, and what is found. With MUEN_UPDATE_GOLDEN naming tests/Verify.Tests the file is written.
    /// </summary>
    [Fact]
    public void ThePagesShowWhatIsFound()
    {
        IEnumerable<string> made = s_faults.DistinctBy(f => f.Code.Id).OrderBy(f => f.Code.Id, StringComparer.Ordinal).SelectMany(fault =>
        {
            var patch = new Patch(fault.System);
            fault.Make(patch);
            return (string[])[$"{fault.Code.Id}: {fault.Name}", fault.System.Verify(patch.Bytes).Findings.First(f => f.Code == fault.Code).ToString()];
        });
        if (Environment.GetEnvironmentVariable("MUEN_UPDATE_GOLDEN") is { } folder)
        {
            File.WriteAllLines(Path.Combine(folder, "Findings.txt"), made);
            return;
        }

        Assert.True(File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Findings.txt")).SequenceEqual(made),
            "make it anew with MUEN_UPDATE_GOLDEN=.../tests/Verify.Tests, then the pages by Cli.Tests with MUEN_UPDATE_GOLDEN=.../docs/errors");
    }
}
