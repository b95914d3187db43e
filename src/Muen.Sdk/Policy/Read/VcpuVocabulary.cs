// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Muen.Abi;

namespace Muen.Sdk.Policy.Read;

/// <summary>The section <c>vcpu</c>: the original's names of controls, masks and registers, and the bits that they stand for (SDM vol. 3, chapter 25).</summary>
internal static class VcpuVocabulary
{
    private static readonly ImmutableArray<(string Name, int Bit)> Cr0Bits =
    [
        ("ProtectionEnable", 0), ("MonitorCoprocessor", 1), ("Emulation", 2), ("TaskSwitched", 3), ("ExtensionType", 4), ("NumericError", 5), ("WriteProtect", 16),
        ("AlignmentMask", 18), ("NotWritethrough", 29), ("CacheDisable", 30), ("Paging", 31),
    ];

    private static readonly ImmutableArray<(string Name, int Bit)> Cr4Bits =
    [
        ("Virtual8086", 0), ("ProtectedVirtualInts", 1), ("TimeStampDisable", 2), ("DebuggingExtensions", 3), ("PageSizeExtensions", 4), ("PhysicalAddressExtension", 5),
        ("MachineCheckEnable", 6), ("PageGlobalEnable", 7), ("PerfCounterEnable", 8), ("OSSupportFXSAVE", 9), ("OSSupportSIMDExceptions", 10), ("UMInstructionPrevention", 11),
        ("VMXEnable", 13), ("SMXEnable", 14), ("FSGSBASEEnable", 16), ("PCIDEnable", 17), ("XSAVEEnable", 18), ("SMEPEnable", 20), ("SMAPEnable", 21), ("ProtectionKeyEnable", 22),
    ];

    /// <summary>The bits of each word, by the names of the original.</summary>
    internal static readonly ImmutableSortedDictionary<VcpuWord, ImmutableArray<(string Name, int Bit)>> Bits = ImmutableSortedDictionary.CreateRange<VcpuWord, ImmutableArray<(string, int)>>(
    [
        new(VcpuWord.Pin, [("ExternalInterruptExiting", 0), ("NMIExiting", 3), ("VirtualNMIs", 5), ("ActivateVMXTimer", 6), ("ProcessPostedInterrupts", 7)]),
        new(VcpuWord.Processor,
        [
            ("InterruptWindowExiting", 2), ("UseTSCOffsetting", 3), ("HLTExiting", 7), ("INVLPGExiting", 9), ("MWAITExiting", 10), ("RDPMCExiting", 11), ("RDTSCExiting", 12),
            ("CR3LoadExiting", 15), ("CR3StoreExiting", 16), ("CR8LoadExiting", 19), ("CR8StoreExiting", 20), ("UseTPRShadow", 21), ("NMIWindowExiting", 22), ("MOVDRExiting", 23),
            ("UnconditionalIOExiting", 24), ("UseIOBitmaps", 25), ("MonitorTrapFlag", 27), ("UseMSRBitmaps", 28), ("MONITORExiting", 29), ("PAUSEExiting", 30),
            ("Activate2ndaryControls", 31),
        ]),
        new(VcpuWord.Secondary,
        [
            ("VirtualAPICAccesses", 0), ("EnableEPT", 1), ("DescriptorTableExiting", 2), ("EnableRDTSCP", 3), ("Virtualizex2APICMode", 4), ("EnableVPID", 5), ("WBINVDExiting", 6),
            ("UnrestrictedGuest", 7), ("APICRegisterVirtualization", 8), ("VirtualInterruptDelivery", 9), ("PAUSELoopExiting", 10), ("RDRANDExiting", 11), ("EnableINVPCID", 12),
            ("EnableVMFunctions", 13),
        ]),
        new(VcpuWord.Exit,
        [
            ("SaveDebugControls", 2), ("HostAddressspaceSize", 9), ("LoadIA32PERFGLOBALCTRL", 12), ("AckInterruptOnExit", 15), ("SaveIA32PAT", 18), ("LoadIA32PAT", 19),
            ("SaveIA32EFER", 20), ("LoadIA32EFER", 21), ("SaveVMXTimerValue", 22),
        ]),
        new(VcpuWord.Entry,
        [
            ("LoadDebugControls", 2), ("IA32eModeGuest", 9), ("EntryToSMM", 10), ("DeactiveDualMonitorTreatment", 11), ("LoadIA32PERFGLOBALCTRL", 13), ("LoadIA32PAT", 14),
            ("LoadIA32EFER", 15),
        ]),
        new(VcpuWord.Exceptions,
        [
            ("DivideError", 0), ("Debug", 1), ("Breakpoint", 3), ("Overflow", 4), ("BOUNDRangeExceeded", 5), ("InvalidOpcode", 6), ("DeviceNotAvailable", 7), ("DoubleFault", 8),
            ("CoprocessorSegmentOverrun", 9), ("InvalidTSS", 10), ("SegmentNotPresent", 11), ("StackSegmentFault", 12), ("GeneralProtection", 13), ("PageFault", 14),
            ("x87FPUFloatingPointError", 16), ("AlignmentCheck", 17), ("MachineCheck", 18), ("SIMDFloatingPointException", 19),
        ]),
        new(VcpuWord.Cr0Mask, Cr0Bits),
        new(VcpuWord.Cr4Mask, Cr4Bits),
        new(VcpuWord.Cr0, Cr0Bits),
        new(VcpuWord.Cr0Shadow, Cr0Bits),
        new(VcpuWord.Cr4, Cr4Bits),
        new(VcpuWord.Cr4Shadow, Cr4Bits),
    ]);

    /// <summary>Registers of the group <c>gpr</c>. The last three are not in the original's.</summary>
    internal static readonly ImmutableArray<string> Registers =
    [
        "rip", "rsp", "rax", "rbx", "rcx", "rdx", "rdi", "rsi", "rbp", "r08", "r09", "r10", "r11", "r12", "r13", "r14", "r15", "rflags", "cr3", "efer",
    ];

    private static readonly ImmutableArray<string> Segments = ["cs", "ds", "es", "fs", "gs", "ss", "tr", "ldtr"];

    private static readonly ImmutableArray<(string Section, string Group, string Name, VcpuWord Word, string Doc)> Words =
    [
        ("vmx", "controls", "pin", VcpuWord.Pin, "pin-based controls"),
        ("vmx", "controls", "proc", VcpuWord.Processor, "primary processor-based controls"),
        ("vmx", "controls", "proc2", VcpuWord.Secondary, "secondary processor-based controls"),
        ("vmx", "controls", "exit", VcpuWord.Exit, "VM-exit controls"),
        ("vmx", "controls", "entry", VcpuWord.Entry, "VM-entry controls"),
        ("vmx", "masks", "exception", VcpuWord.Exceptions, "exceptions that exit"),
        ("vmx", "masks", "cr0", VcpuWord.Cr0Mask, "bits of CR0 that the subject reads from the shadow and cannot change"),
        ("vmx", "masks", "cr4", VcpuWord.Cr4Mask, "bits of CR4 that the subject reads from the shadow and cannot change"),
        ("registers", "", "cr0", VcpuWord.Cr0, "CR0"),
        ("registers", "", "cr0Shadow", VcpuWord.Cr0Shadow, "what the subject reads of the masked bits of CR0"),
        ("registers", "", "cr4", VcpuWord.Cr4, "CR4"),
        ("registers", "", "cr4Shadow", VcpuWord.Cr4Shadow, "what the subject reads of the masked bits of CR4"),
    ];

    private static readonly ImmutableArray<(string Name, SubjectFlags Flag, string Doc)> Flushes =
    [
        ("branchPredictor", SubjectFlags.FlushBranchPredictor, "predictions of indirect branches (IBPB)"),
        ("dataCache", SubjectFlags.FlushDataCache, "the first-level data cache"),
        ("buffers", SubjectFlags.FlushBuffers, "fill, store and load buffers (VERW)"),
    ];

    private static readonly ElementRule Msrs = Element("msrs", "model-specific registers that the subject may use").With(Occurs.Many, Element("msr", "a range of MSRs")
        .Needs("start", ValueRule.Number(0, uint.MaxValue), "first register")
        .Needs("end", ValueRule.Number(0, uint.MaxValue), "last register")
        .Needs("mode", ValueRule.Choice("r", "w", "rw"), "r, w or rw"));

    /// <summary>The section.</summary>
    internal static readonly ElementRule Rule = Element("vcpu", "the subject's virtual processor, where it differs from its profile")
        .With(Occurs.Optional,
            Element("rdtsc", "the subject may read the time stamp counter: proc/RDTSCExiting is 0"),
            Element("vmx", "VMX controls and masks").With(Occurs.Optional,
                Element("controls", "VMX controls").With(Occurs.Optional, WordRules("controls")),
                Element("masks", "what the subject does not own").With(Occurs.Optional, WordRules("masks"))),
            Element("flush", "what the kernel wipes out of the processor before another subject runs after this one, or this one after another, where the processor can")
                .With(Occurs.Optional, [.. Flushes.Select(f => Element(f.Name, f.Doc))]),
            Msrs,
            Element("registers", "what the registers hold at the start and after a reset").With(Occurs.Optional,
                [
                    Element("gpr", "general registers").With(Occurs.Optional, [.. Registers.Select(r => Element(r, $"first value of {r}").Holds(ValueRule.Number(0, ulong.MaxValue), "the value"))]),
                    .. WordRules(""),
                    Element("segments", "segment registers").With(Occurs.Optional, [.. Segments.Select(Segment)]),
                    Msrs,
                ]));

    /// <summary>Reads the section.</summary>
    internal static VcpuNode Read(Element e)
    {
        Element? registers = Find(e, "registers");
        Element? general = registers is null ? null : Find(registers, "gpr");
        Element? segments = registers is null ? null : Find(registers, "segments");
        return new VcpuNode(
            Find(e, "rdtsc") is not null,
            [.. new[] { e, registers }.OfType<Element>().SelectMany(s => s.Children.Where(c => c.Name == "msrs")).SelectMany(m => m.Children.Where(c => c.Name == "msr")).Select(ReadMsr).OfType<MsrNode>()],
            [.. Words.SelectMany(w => ReadBits(e, w.Section, w.Group, w.Name, w.Word))],
            general is null ? [] : [.. general.Children.Where(c => Registers.Contains(c.Name)).Select(c => (c, Value: Number(c))).Where(x => x.Value is not null)
                .Select(x => new VcpuRegisterNode(x.c.Name, x.Value!.Value, x.c.Place))],
            segments is null ? [] : [.. segments.Children.Where(c => Segments.Contains(c.Name)).Select(ReadSegment).OfType<VcpuSegmentNode>()])
        {
            Flushes = e.Children.Where(c => c.Name == "flush").SelectMany(f => Flushes.Where(x => f.Children.Any(c => c.Name == x.Name))).Aggregate(SubjectFlags.None, (flags, x) => flags | x.Flag),
        };
    }

    private static IEnumerable<VcpuBitNode> ReadBits(Element e, string section, string group, string name, VcpuWord word)
    {
        Element? at = Find(e, section);
        at = at is null || group.Length == 0 ? at : Find(at, group);
        at = at is null ? null : Find(at, name);
        foreach (Element child in at?.Children ?? [])
        {
            int index = Bits[word].IndexOf(Bits[word].FirstOrDefault(b => b.Name == child.Name));
            if (index >= 0 && Number(child) is { } value and <= 1)
            {
                yield return new VcpuBitNode(word, Bits[word][index].Bit, child.Name, value == 1, child.Place);
            }
        }
    }

    private static MsrNode? ReadMsr(Element e)
    {
        if (Number(e, "start") is not { } start || Number(e, "end") is not { } end || start > uint.MaxValue || end > uint.MaxValue)
        {
            return null;
        }

        string mode = e.Find("mode")?.Value ?? "r";
        return new MsrNode(e.Find("start")!.Place, (uint)start, (uint)end, mode.Contains('r', System.StringComparison.Ordinal), mode.Contains('w', System.StringComparison.Ordinal));
    }

    private static VcpuSegmentNode? ReadSegment(Element e) =>
        Number(e, "selector") is { } selector and <= ushort.MaxValue && Number(e, "base") is { } start && Number(e, "limit") is { } limit and <= uint.MaxValue
            && Number(e, "access") is { } access and <= uint.MaxValue
            ? new VcpuSegmentNode(e.Name, selector, start, (uint)limit, (uint)access, e.Place)
            : null;

    private static ulong? Number(Element e) => e.Text is { } text && Numbers.TryParse(text.Value, out System.UInt128 value) && value <= ulong.MaxValue ? (ulong)value : null;

    private static ulong? Number(Element e, string attribute) => e.Find(attribute) is { } a && Numbers.TryParse(a.Value, out System.UInt128 value) && value <= ulong.MaxValue ? (ulong)value : null;

    private static Element? Find(Element e, string name) => e.Children.FirstOrDefault(c => c.Name == name);

    private static ElementRule[] WordRules(string group) =>
        [.. Words.Where(w => w.Group == group).Select(w => Element(w.Name, w.Doc).With(Occurs.Optional, [.. Bits[w.Word].Select(b => Element(b.Name, $"bit {b.Bit}").Holds(ValueRule.Number(0, 1), "0 or 1"))]))];

    private static ElementRule Segment(string name) => Element(name, $"first value of {name.ToUpperInvariant()}")
        .Needs("selector", ValueRule.Number(0, ushort.MaxValue), "its selector")
        .Needs("base", ValueRule.Number(0, ulong.MaxValue), "its base")
        .Needs("limit", ValueRule.Number(0, uint.MaxValue), "its limit in bytes")
        .Needs("access", ValueRule.Number(0, uint.MaxValue), "its access rights as the VMCS holds them (SDM vol. 3, table 25-2); bit 16 set: unusable");

    private static ElementRule Element(string name, string doc) => new(name, doc);
}
