// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.RegularExpressions;
using Muen.Sdk.Cli.Building;
using Muen.Sdk.Elf;
using Muen.Sdk.Native;

namespace Muen.Sdk.Cli.Running;

/// <summary>
/// Says where in the source each subject was that the kernel stopped for good, and where the kernel itself met an exception: the kernel prints addresses, the programs' debug
/// information turns them into lines.
/// </summary>
sealed partial class StopReport(ProgramList programs)
{
    /// <summary>The subject library's stub in which a panic ends: the line that matters is that of the panic's caller.</summary>
    const string PanicStub = "Undefined";

    /// <summary>The stub that calls Main, and halts when that returns.</summary>
    const string MainStub = "entry_segments";

    readonly Dictionary<string, (ElfFile File, LineTable Lines)?> _loaded = new(StringComparer.Ordinal);

    /// <summary>Explains what a run printed.</summary>
    /// <param name="lines">The transcript, to its end.</param>
    /// <param name="image">The image that ran.</param>
    /// <returns>One line each, in the order in which they happened; none for an image that is not where it was built.</returns>
    public static IReadOnlyList<string> Explain(IReadOnlyList<string> lines, string image) =>
        ProgramList.TryRead(image) is { } programs ? [.. new StopReport(programs).Explain(lines).Distinct()] : [];

    /// <inheritdoc cref="Explain(IReadOnlyList{string}, string)"/>
    public IEnumerable<string> Explain(IReadOnlyList<string> lines)
    {
        // A failed check of C# prints the address of the code that failed; each such line belongs to one stop.
        var panics = new Queue<Match>(lines.Select(l => Panic().Match(l)).Where(m => m.Success));
        foreach (string line in lines)
        {
            if (Stop().Match(line) is { Success: true } stop)
            {
                string name = stop.Groups["name"].Value;
                string program = programs.Subjects.GetValueOrDefault(name, "");
                ulong rip = Address(stop.Groups["rip"]);
                string? function = Function(program, rip);
                if (function == MainStub)
                {
                    yield return $"subject \"{name}\" was stopped because its Main came to an end; Subject.SleepForever() is a way to do nothing more";
                }
                else if (function != PanicStub)
                {
                    if ((Place(program, rip) ?? function) is { } place)
                    {
                        yield return $"subject \"{name}\" was stopped at {place}";
                    }
                }
                else if (!panics.TryDequeue(out Match? panic))
                {
                    yield return $"subject \"{name}\" gave up by a panic before it had a console that could say why; Panic.ReportTo names one";
                }
                else if (panic.Groups["address"].Success && Loaded(program) is { } elf
                    && CheckPlaces.Find(elf.File, elf.Lines, Address(panic.Groups["address"])) is { Count: > 0 } causes)
                {
                    yield return $"subject \"{name}\" gave up at {string.Join(" or ", causes.Select(c => Show(c.File, c.Line)))}";
                }
            }
            else if (KernelException().Match(line) is { Success: true } exception && Place(programs.Kernel, Address(exception.Groups["rip"])) is { } where)
            {
                yield return $"the kernel's exception was at {where}";
            }
        }
    }

    /// <summary>File and line of an address, without the prefix that stands for the folder that the sources were built in; null when nothing tells it.</summary>
    string? Place(string program, ulong address)
    {
        (string? file, int line) = Loaded(program) is { } elf ? elf.Lines.Find(elf.File, address) : (null, 0);
        return file is null ? null : Show(file, line);
    }

    static string Show(string file, int line) => $"{Prefix().Replace(file, "")}:{line}";

    string? Function(string program, ulong address) =>
        Loaded(program)?.File.Symbols.FirstOrDefault(s => s.Type == ElfSymbolType.Function && address - s.Value < s.Size)?.Name;

    (ElfFile File, LineTable Lines)? Loaded(string program)
    {
        if (!_loaded.TryGetValue(program, out (ElfFile File, LineTable Lines)? loaded))
        {
            _loaded.Add(program, loaded = Load(program));
        }

        return loaded;
    }

    static (ElfFile, LineTable)? Load(string program)
    {
        try
        {
            ElfFile file = ElfFile.Load(program);
            return (file, LineTable.Read(file));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ElfException or ArgumentException)
        {
            return null;
        }
    }

    static ulong Address(Group digits) => ulong.Parse(digits.Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [GeneratedRegex("""^kernel\| cpu \d+: subject \d+ "(?<name>[^"]+)": trap .* rip 0x(?<rip>[0-9a-f]+).* -> stopped$""")]
    private static partial Regex Stop();

    [GeneratedRegex("""^panic: .* \((at (?<address>[0-9a-f]+)|.+:\d+)\)$""")]
    private static partial Regex Panic();

    [GeneratedRegex("""^kernel\| cpu \d+: EXCEPTION IN THE KERNEL: .* rip 0x(?<rip>[0-9a-f]+)""")]
    private static partial Regex KernelException();

    [GeneratedRegex("^/(_|muen)/")]
    private static partial Regex Prefix();
}
