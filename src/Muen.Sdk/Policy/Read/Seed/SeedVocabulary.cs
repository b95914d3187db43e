// SPDX-License-Identifier: MIT
namespace Muen.Sdk.Policy.Read.Seed;

/// <summary>The elements of the policies of 2013, as far as they differ from those of <see cref="Vocabulary"/>. Numbers are hexadecimal without a sign of it, sizes have a unit.</summary>
internal static class SeedVocabulary
{
    private static readonly ValueRule Address = new HexRule((1UL << 52) - 1);
    private static readonly ValueRule Port = new HexRule(0xFFFF);
    private static readonly ValueRule Register = new HexRule(uint.MaxValue);
    private static readonly ValueRule Size = ValueRule.Number(1, 1UL << 46);
    private static readonly ValueRule Vector = ValueRule.Number(0, 256);
    private static readonly ValueRule EventNumber = ValueRule.Number(0, 31);

    private static readonly ElementRule Layout = Element("memory_layout", "memory that is seen").With(
        Occurs.Many,
        Element("memory_region", "a piece of memory")
            .Needs("physical_address", Address, "where it lies")
            .Needs("virtual_address", Address, "where it is seen")
            .Needs("size", Size, "its size")
            .May("alignment", Size, "what its addresses are multiples of")
            .May("writable", ValueRule.Boolean, "false when left out")
            .May("executable", ValueRule.Boolean, "false when left out")
            .May("memory_type", ValueRule.Choice("UC", "WC", "WT", "WB", "WP"), "WB when left out"));

    /// <summary>The machine's processors.</summary>
    internal static readonly ElementRule Processor = Element("processor", "the machine's processors")
        .Needs("logical_cpus", ValueRule.Number(1, 4096), "how many there are")
        .Needs("speed", ValueRule.Number(1, uint.MaxValue / 1000), "frequency of the TSC in MHz")
        .Needs("vmx_timer_rate", ValueRule.Number(0, 31), "the preemption timer counts down once in 2^n TSC cycles");

    /// <summary>A device of the machine.</summary>
    internal static readonly ElementRule HardwareDevice = Element("device", "a device")
        .Needs("name", ValueRule.Name, "its name")
        .May("irq", ValueRule.Number(0, 223), "its interrupt")
        .With(Occurs.Optional, Layout)
        .With(Occurs.Many, Element("io_port", "a range of ports").Needs("start", Port, "first port").Needs("end", Port, "last port"));

    /// <summary>Programs and where they are.</summary>
    internal static readonly ElementRule Binaries = Element("binaries", "programs").With(
        Occurs.Many,
        Element("binary", "a program").Needs("name", ValueRule.Name, "its name").Needs("path", ValueRule.Text, "its file"));

    /// <summary>The kernel's place in memory, which it chooses itself now.</summary>
    internal static readonly ElementRule Kernel = Element("kernel", "the kernel's place in memory")
        .May("stack_address", Address, "not used")
        .May("cpu_page_address", Address, "not used")
        .May("pml4_address", Address, "not used")
        .With(Occurs.Optional, Layout);

    /// <summary>Parts of a subject.</summary>
    internal static readonly ElementRule[] SubjectParts =
    [
        Element("initial_state", "registers at the start").Needs("stack_address", Address, "the stack's end").Needs("entry_point", Address, "the first instruction"),
        Layout,
        Element("binary", "the subject's program").Needs("name", ValueRule.Name, "its name in binaries").Needs("physical_address", Address, "where it lies"),
        Element("device", "a device that the subject has").Needs("name", ValueRule.Name, "its name"),
        Element("trap_table", "who handles its traps").With(Occurs.Many, Element("entry", "a trap")
            .Needs("kind", ValueRule.Text, "the trap, or * for every other")
            .Needs("dst_subject", ValueRule.Name, "the subject that runs next")
            .May("dst_vector", Vector, "the interrupt it gets; 256 for none")),
        Element("event_table", "what it triggers").With(
            Occurs.Many,
            Element("interrupt", "an interrupt for another subject")
                .Needs("event", EventNumber, "the event's number")
                .Needs("dst_subject", ValueRule.Name, "the subject that gets it")
                .Needs("dst_vector", Vector, "its vector")
                .May("send_ipi", ValueRule.Boolean, "whether the other processor is told at once"),
            Element("handover", "another subject runs next")
                .Needs("event", EventNumber, "the event's number")
                .Needs("dst_subject", ValueRule.Name, "the subject that runs next")
                .May("dst_vector", Vector, "the interrupt it gets; 256 for none")),
        Element("msr", "registers that it may use").Needs("start", Register, "first register").Needs("end", Register, "last register").Needs("mode", ValueRule.Choice("r", "w", "rw"), "r, w or rw"),
    ];

    /// <summary>A plan that repeats.</summary>
    internal static readonly ElementRule MajorFrame = Element("major_frame", "a plan that repeats").With(
        Occurs.Many,
        Element("cpu", "a processor's part of it, in the order of the processors").With(
            Occurs.Many,
            Element("minor_frame", "a slot of time").Needs("subject_id", ValueRule.Number(0, uint.MaxValue), "who runs").Needs("ticks", ValueRule.Number(1, uint.MaxValue), "its length")));

    /// <summary>What a root, a subject and the scheduling have as attributes.</summary>
    internal static readonly ElementRule RootAttributes = Element("system", "a system").May("vmxon_address", Address, "not used").May("vmcs_start_address", Address, "not used");

    /// <inheritdoc cref="RootAttributes"/>
    internal static readonly ElementRule SubjectAttributes = Element("subject", "a subject")
        .May("id", ValueRule.Number(0, uint.MaxValue), "its number, by which a minor_frame names it")
        .May("pml4_address", Address, "not used")
        .May("io_bitmap_address", Address, "not used")
        .May("msr_bitmap_address", Address, "not used");

    /// <inheritdoc cref="RootAttributes"/>
    internal static readonly ElementRule SchedulingAttributes = Element("scheduling", "who runs when").May("tick_rate", ValueRule.Number(1, 1_000_000_000), "ticks in a second");

    private static ElementRule Element(string name, string doc) => new(name, doc);

    /// <summary>Hexadecimal digits without a prefix.</summary>
    private sealed record HexRule(ulong Most) : ValueRule
    {
        internal override string Meaning => $"hexadecimal digits, up to {Most:x}";

        internal override string Kind => "hexadecimal";

        internal override void Check(Attribute attribute, DiagnosticBag bag)
        {
            if (SeedNumbers.Hex(attribute.Value) is not { } value)
            {
                bag.Add(attribute.Place, DiagnosticCodes.NotANumber, $"'{Quote.Short(attribute.Value)}' is not a hexadecimal number; write its digits, for example 1ff000");
            }
            else if (value > Most)
            {
                bag.Add(attribute.Place, DiagnosticCodes.NumberOutOfRange, $"'{attribute.Name}' is {SeedNumbers.Text(value)}; it may be 0 to {Numbers.Show(Most)}");
            }
        }
    }
}
