// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Verify;

/// <summary>A kind of finding.</summary>
/// <param name="Id"><c>MUENnnnn</c>.</param>
/// <param name="IsHarmless">Whether it changes neither authority nor meaning: it is listed with its reason and is no error.</param>
/// <param name="Title">What was found, in a line.</param>
/// <param name="Meaning">What it means; of a harmless one, the rule that makes it so.</param>
public sealed record FindingCode(string Id, bool IsHarmless, string Title, string Meaning)
{
    /// <summary>The code itself.</summary>
    public override string ToString() => Id;
}

/// <summary>
/// Everything that the verifier finds: one table. The first two digits say the section: 50 the image's form, 51 the kernel's address space, 52 memory of
/// subjects, 53 processors of subjects, 54 signals and interrupts, 55 the plan, 56 contents; 59 is what changes nothing, by reason.
/// </summary>
public static class FindingCodes
{
    static readonly SortedDictionary<string, FindingCode> s_table = new(StringComparer.Ordinal);

    /// <summary>All codes in order.</summary>
    public static IReadOnlyCollection<FindingCode> All => s_table.Values;

    internal static readonly FindingCode TablesFormat = Define(5001, "The kernel's tables are malformed",
        "The kernel would read something else than what was meant, or refuse to start.");
    internal static readonly FindingCode Index = Define(5002, "An index or a number lies outside of its table or limit",
        "The kernel would panic when it came to it.");
    internal static readonly FindingCode UnknownValue = Define(5003, "A value that has no meaning",
        "The kernel knows no such value and would treat it as something else.");
    internal static readonly FindingCode MissingMemory = Define(5004, "Memory that the image does not fill",
        "What is named is not in the image, so nobody knows what is there.");
    internal static readonly FindingCode ReservedBit = Define(5005, "A reserved bit is set",
        "The processor refuses the entry, or will give the bit a meaning one day.");
    internal static readonly FindingCode UsedTwice = Define(5006, "Memory with two uses",
        "Who may use it for one thing changes the other.");
    internal static readonly FindingCode Unclaimed = Define(5007, "Memory of the image that nobody uses",
        "Everything in an image belongs to somebody. Memory without an owner means that something that should use it uses another place.");
    internal static readonly FindingCode Start = Define(5008, "The machine starts elsewhere",
        "The image must begin at the kernel's entry, which must be code of the kernel.");
    internal static readonly FindingCode MachineDiffers = Define(5010, "The machine is described differently",
        "Frequencies, processors, ports of the kernel: what the policy's hardware says must stand in the tables.");

    internal static readonly FindingCode KernelSpace = Define(5101, "The kernel's address space is not KernelLayout",
        "A kernel maps exactly what it needs: each thing at its place with its rights, and nothing else.");
    internal static readonly FindingCode KernelRights = Define(5102, "The kernel's memory has wrong rights",
        "Code can not be written and data not be executed, also by the kernel itself.");
    internal static readonly FindingCode KernelPages = Define(5103, "The tables and the kernel's address space name different pages",
        "A VMCS, VMXON region or MSR store is used through its physical address and written through the address space: they must be the same page.");

    internal static readonly FindingCode SubjectReachesKernel = Define(5201, "A subject reaches memory of the kernel",
        "Kernel, tables, page tables, bitmaps, VMCS and pages of other subjects are out of reach of every subject, but for what a monitor is given.");
    internal static readonly FindingCode WritableAndExecutable = Define(5202, "A native subject has memory that is writable and executable",
        "Nothing that is written may be executed.");
    internal static readonly FindingCode MemoryMissing = Define(5203, "A subject lacks memory that the policy gives it",
        "It would fault, or read something else.");
    internal static readonly FindingCode MemoryExtra = Define(5204, "A subject reaches memory that the policy does not give it",
        "More authority than the author said.");
    internal static readonly FindingCode MemoryRights = Define(5205, "A subject has other rights to memory than the policy says",
        "It can write or execute what it should not, or can not what it should.");
    internal static readonly FindingCode MemoryPlace = Define(5206, "A subject sees other memory than the policy says",
        "What two subjects share must be the same memory for both, what they do not share must not.");
    internal static readonly FindingCode MemoryType = Define(5207, "Memory is cached otherwise than the policy says",
        "Device registers must not be cached, and memory that is shared has one type.");
    internal static readonly FindingCode PageAttribute = Define(5208, "A page table entry has an attribute that none of ours has",
        "User pages, write-through tables: not an authority that the policy knows.");

    internal static readonly FindingCode Devices = Define(5209, "Devices see other memory than the policy says, or are confined otherwise",
        "What a device reads and writes is its driver's authority: root, context and second-level tables must let each see its domain's memory alone.");
    internal static readonly FindingCode Remapping = Define(5408, "Interrupts are remapped otherwise than the policy says",
        "A device could interrupt another subject's processor, or pretend to be another device.");

    internal static readonly FindingCode Control = Define(5301, "A control that holds the subject is off, or one that frees it is on",
        "Without it the subject leaves its bounds whatever the policy says.");
    internal static readonly FindingCode ControlDiffers = Define(5302, "A control is not as the policy says",
        "The subject can do more or less than the author said.");
    internal static readonly FindingCode Ports = Define(5303, "A subject has other I/O ports than the policy says",
        "A cleared bit of the I/O bitmap is the right to the port.");
    internal static readonly FindingCode Msrs = Define(5304, "A subject has other MSRs than the policy says",
        "A cleared bit of the MSR bitmap is the right to read or write the MSR.");
    internal static readonly FindingCode MsrStore = Define(5305, "The MSR store is not as the subject's MSRs demand",
        "An MSR that is not moved with its subject carries values from one subject to the next; one that is not its own would be written.");
    internal static readonly FindingCode InitialState = Define(5306, "A subject begins in another state than the policy says",
        "Where it begins, and in what mode, decides what its code is.");
    internal static readonly FindingCode Identity = Define(5307, "A subject is not who the policy says",
        "Name, processor, group and profile of each subject are the policy's.");

    internal static readonly FindingCode EventDiffers = Define(5401, "An event does something else than the policy says",
        "Hypercalls signal other subjects and ask the kernel for actions.");
    internal static readonly FindingCode TrapDiffers = Define(5402, "A trap does something else than the policy says",
        "What follows when a subject tries what it may not.");
    internal static readonly FindingCode TargetDiffers = Define(5403, "An event arrives otherwise than the policy says",
        "Another vector, a reset, or nothing.");
    internal static readonly FindingCode Handover = Define(5404, "A handover leaves its group",
        "A subject gives its time to subjects of its own group only: others would lose theirs or run where they must not.");
    internal static readonly FindingCode Ipi = Define(5405, "An interrupt between processors goes to the processor itself",
        "It is for targets on other processors only.");
    internal static readonly FindingCode Unmask = Define(5406, "A subject may unmask an interrupt that is not its own",
        "It could flood another subject.");
    internal static readonly FindingCode Vectors = Define(5407, "An interrupt goes elsewhere than the policy says",
        "Vector routes and the IO-APIC's redirections must bring each interrupt to its subject and to nobody else.");

    internal static readonly FindingCode PlanFormat = Define(5501, "The plan is inconsistent",
        "Frames must ascend, end with the major frame on every processor, and name partitions of their processor; every frame belongs to one processor.");
    internal static readonly FindingCode PlanDiffers = Define(5502, "A subject has other processor time than the policy says",
        "Order, length and partition of each minor frame are the policy's.");
    internal static readonly FindingCode Barrier = Define(5503, "Processors that end together do not meet, or others do",
        "Without the barrier one runs the next partition while another still runs the last; a barrier that nobody else comes to stops the system.");
    internal static readonly FindingCode Group = Define(5504, "Groups and partitions are inconsistent or not the policy's",
        "Each subject is in one group, each group in one partition, each partition on one processor.");

    internal static readonly FindingCode Information = Define(5601, "A subject's information is not what it has",
        "The subject finds its memory, events, vectors and devices through it.");
    internal static readonly FindingCode Content = Define(5602, "Memory begins with something else than the policy says",
        "Another program, other data, or memory that is not zero.");
    internal static readonly FindingCode Digest = Define(5603, "A digest is not that of the memory",
        "The subject is told what its memory holds; it would be told something wrong.");

    internal static readonly FindingCode IgnoredBit = Define(5901, "A bit that the processor ignores is set",
        "Bits of a present entry that are ignored in this mode: SDM vol. 3, tables 4-15 to 4-20 (bits 11:8 and 62:52 while CR4.PGE and CR4.PKE are 0, bit 6 of entries that name tables); for EPT tables 29-1 to 29-7 (bits 11:8 and 63:52 while the controls that would use them are off, bit 7 of 4-KiB pages).", true);
    internal static readonly FindingCode NotPresent = Define(5902, "An entry that maps nothing has other bits set",
        "An entry whose bit 0 is clear (of an EPT: bits 2:0) is used for nothing: SDM vol. 3, 4.5 and 29.3.2.", true);
    internal static readonly FindingCode AccessedDirty = Define(5903, "An accessed or dirty flag is not set beforehand, or set without need",
        "The processor sets it itself at the first use (SDM vol. 3, 4.8); no subject maps the table and the kernel reads none, so nobody can see it.", true);
    internal static readonly FindingCode UnusedField = Define(5904, "A field that is not read in this case is not zero",
        "The kernel reads the field only where another one says so, and it does not.", true);
    internal static readonly FindingCode Padding = Define(5905, "Padding is not zero",
        "Reserved fields and the bytes between arrays and behind the last one: the kernel reads none of them.", true);
    internal static readonly FindingCode Overwritten = Define(5906, "A value that is written before it is read is not zero",
        "The kernel sets it at each start and reset of the subject (Subjects.ResetMsrs, Fpu.Reset), before the subject runs.", true);

    internal static readonly FindingCode Withheld = Define(5907, "An entry that names a table withholds a right",
        "No page below it has the right; otherwise that the page lacks it is an error by itself. SDM vol. 3, 4.6 and 29.3.2: a page has a right when every entry on the way gives it.", true);

    static FindingCode Define(int number, string title, string meaning, bool harmless = false)
    {
        var code = new FindingCode($"MUEN{number}", harmless, title, meaning);
        s_table.Add(code.Id, code);
        return code;
    }
}
