// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Muen.Abi;
using Muen.Sdk.Cli.Building;

namespace Muen.Sdk.Cli.Running;

/// <summary>Puts names and lines of source to the addresses of a transcript, or of a memory dump that holds the kernel's crash audit.</summary>
sealed partial class Symbolizer(ProgramList programs)
{
    const string Indent = "    at ";

    readonly Dictionary<string, ProgramSymbols?> _loaded = new(StringComparer.Ordinal);

    /// <summary>A transcript's lines, and after each that holds addresses what they are.</summary>
    /// <param name="lines">The lines, with or without the prefix of the kernel's.</param>
    /// <param name="subject">Whose panics they show; null finds it out by the stop that follows each.</param>
    public IEnumerable<string> Text(IReadOnlyList<string> lines, string? subject)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            yield return lines[i];
            foreach (string frame in Frames(lines, i, subject))
            {
                yield return Indent + frame;
            }
        }
    }

    /// <summary>Every crash audit page of a dump, record by record; empty when there is none.</summary>
    public IEnumerable<string> Dump(ReadOnlyMemory<byte> dump)
    {
        Span<byte> magic = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(magic, CrashAuditHeader.ExpectedMagic);
        List<string> found = [];
        for (int page = 0; page + CrashAuditHeader.RecordsOffset <= dump.Length; page += 4096)
        {
            if (dump.Span[page..].StartsWith(magic))
            {
                found.AddRange(Page(dump.Span[page..]));
            }
        }

        return found;
    }

    List<string> Page(ReadOnlySpan<byte> page)
    {
        CrashAuditHeader header = MemoryMarshal.Read<CrashAuditHeader>(page);
        List<string> lines = [string.Create(CultureInfo.InvariantCulture, $"crash audit: {header.Count} records in {header.Boots} starts since power-on")];
        int size = Marshal.SizeOf<CrashRecord>();
        ulong first = header.Count > CrashAuditHeader.MaxRecords ? header.Count - CrashAuditHeader.MaxRecords : 0;
        for (ulong number = first; number < header.Count; number++)
        {
            int at = CrashAuditHeader.RecordsOffset + ((int)(number % CrashAuditHeader.MaxRecords) * size);
            if (at + size > page.Length)
            {
                lines.Add("the dump ends within the page");
                break;
            }

            lines.AddRange(Record(number, MemoryMarshal.Read<CrashRecord>(page[at..])));
        }

        return lines;
    }

    IEnumerable<string> Record(ulong number, CrashRecord record)
    {
        string? name = record.Subject < (programs.Names?.Count ?? 0) ? programs.Names![record.Subject] : null;
        string who = record.Subject == ushort.MaxValue ? "" : $" subject {record.Subject}{(name is null ? "" : $" \"{name}\"")}:";
        string what = record.Reason switch
        {
            CrashReason.SubjectStopped or CrashReason.SubjectReset =>
                $"trap {record.ExitReason & 0xFFFF} ({(ExitReason)(record.ExitReason & 0xFFFF)}) qualification 0x{record.ExitQualification:x} rsp 0x{record.Rsp:x} rip 0x{record.Rip:x} -> {(record.Reason == CrashReason.SubjectReset ? "reset" : "stopped")}",
            CrashReason.Panic => $"panic of the kernel: {(PanicReason)record.ExitReason}",
            CrashReason.KernelException => $"exception in the kernel: vector {record.ExitReason} error code 0x{record.ErrorCode:x} rsp 0x{record.Rsp:x} rip 0x{record.Rip:x}",
            CrashReason.MissingCapability => $"the processor lacks something: register {record.ExitReason:x} wanted 0x{record.ExitQualification:x} found 0x{record.GuestPhysicalAddress:x}",
            CrashReason.MachineCheck => $"machine check: bank {record.ErrorCode} status 0x{record.Cr3:x} address 0x{record.GuestPhysicalAddress:x}",
            CrashReason.DeviceFault => $"device {record.ErrorCode:x} was refused: reason {record.ExitReason:x} address 0x{record.GuestPhysicalAddress:x}",
            _ => record.Reason.ToString(),
        };
        yield return string.Create(CultureInfo.InvariantCulture, $"record {number}: cpu {record.Processor}:{who} {what}");
        string? place = record.Reason switch
        {
            CrashReason.SubjectStopped or CrashReason.SubjectReset => name is null ? null : Of(name)?.Describe(record.Rip),
            CrashReason.KernelException => Load(programs.Kernel)?.Describe(record.Rip),
            _ => null,
        };
        if (place is not null)
        {
            yield return Indent + place;
        }
    }

    IEnumerable<string> Frames(IReadOnlyList<string> lines, int index, string? subject)
    {
        string line = lines[index];
        if (Trap().Match(line) is { Success: true } trap)
        {
            return Single(Of(trap.Groups["name"].Value)?.Describe(Address(trap.Groups["rip"].Value)));
        }

        if (KernelException().Match(line) is { Success: true } exception)
        {
            return Single(Load(programs.Kernel)?.Describe(Address(exception.Groups["rip"].Value)));
        }

        if (Backtrace().Match(line) is { Success: true } backtrace)
        {
            return Of(subject ?? StoppedAfter(lines, index))?.Frames(backtrace.Groups["address"].Captures.Select(c => Address(c.Value))) ?? [];
        }

        // A panic without a backtrace behind it.
        return Panic().Match(line) is { Success: true } panic && !lines.Skip(index + 1).Take(1).Any(l => Backtrace().IsMatch(l))
            ? Single(Of(subject ?? StoppedAfter(lines, index))?.Describe(Address(panic.Groups["address"].Value), isReturn: true))
            : [];
    }

    static IEnumerable<string> Single(string? text) => text is null ? [] : [text];

    /// <summary>The next subject that the kernel stops: it is the one that gave up, unless two did at once.</summary>
    static string? StoppedAfter(IReadOnlyList<string> lines, int index) =>
        lines.Skip(index).Select(l => Trap().Match(l)).FirstOrDefault(m => m.Success)?.Groups["name"].Value;

    ProgramSymbols? Of(string? subject) => subject is not null && programs.Subjects.TryGetValue(subject, out string? program) ? Load(program) : null;

    ProgramSymbols? Load(string program)
    {
        if (!_loaded.TryGetValue(program, out ProgramSymbols? loaded))
        {
            _loaded.Add(program, loaded = ProgramSymbols.TryLoad(program));
        }

        return loaded;
    }

    static ulong Address(string digits) => ulong.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [GeneratedRegex("""cpu \d+: subject \d+ "(?<name>[^"]+)": trap .* rip 0x(?<rip>[0-9a-f]{1,16})""")]
    private static partial Regex Trap();

    [GeneratedRegex("EXCEPTION IN THE KERNEL: .* rip 0x(?<rip>[0-9a-f]{1,16})")]
    private static partial Regex KernelException();

    [GeneratedRegex(@"^panic: .* \(at (?<address>[0-9a-f]{1,16})\)\s*$")]
    private static partial Regex Panic();

    [GeneratedRegex(@"^backtrace:( (?<address>[0-9a-f]{1,16}))+\s*$")]
    private static partial Regex Backtrace();
}
