// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.RegularExpressions;
using Muen.Sdk.Cli.Building;

namespace Muen.Sdk.Cli.Running;

/// <summary>
/// Says where in the source each subject was that the kernel stopped for good, and where the kernel itself met an exception: the kernel prints addresses, the programs' debug
/// information turns them into lines.
/// </summary>
sealed partial class StopReport(ProgramList programs)
{
    /// <summary>The subject library's stub in which a panic ends: the line that matters is that of the panic's caller.</summary>
    const string PanicStub = "Undefined";

    readonly Dictionary<string, ProgramSymbols?> _loaded = new(StringComparer.Ordinal);

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
        var panics = new Queue<(Match Panic, Match Backtrace)>(lines.Select((l, i) => (Panic().Match(l), Backtrace().Match(i + 1 < lines.Count ? lines[i + 1] : ""))).Where(m => m.Item1.Success));
        foreach (string line in lines)
        {
            if (Stop().Match(line) is { Success: true } stop)
            {
                string name = stop.Groups["name"].Value;
                string program = programs.Subjects.GetValueOrDefault(name, "");
                ulong rip = Address(stop.Groups["rip"]);
                string? function = Loaded(program)?.Symbol(rip);
                if (function == ProgramSymbols.MainStub)
                {
                    yield return $"subject \"{name}\" was stopped because its Main came to an end; Subject.SleepForever() is a way to do nothing more";
                }
                else if (function != PanicStub)
                {
                    if ((Loaded(program)?.Place(rip) ?? function) is { } place)
                    {
                        yield return $"subject \"{name}\" was stopped at {place}";
                    }
                }
                else if (!panics.TryDequeue(out (Match Panic, Match Backtrace) panic))
                {
                    yield return $"subject \"{name}\" gave up by a panic before it had a console that could say why; Panic.ReportTo names one";
                }
                else if (Loaded(program) is { } symbols)
                {
                    if (panic.Panic.Groups["address"].Success && symbols.CheckPlaces(Address(panic.Panic.Groups["address"])) is { Count: > 0 } causes)
                    {
                        yield return $"subject \"{name}\" gave up at {string.Join(" or ", causes)}";
                    }

                    // The innermost call is the line that failed, said already.
                    string[] frames = [.. symbols.Frames(panic.Backtrace.Groups["address"].Captures.Select(c => ulong.Parse(c.Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)))];
                    if (frames.Length > 1)
                    {
                        yield return $"subject \"{name}\" was in {string.Join(" <- ", frames)}";
                    }
                }
            }
            else if (KernelException().Match(line) is { Success: true } exception && Loaded(programs.Kernel)?.Place(Address(exception.Groups["rip"])) is { } where)
            {
                yield return $"the kernel's exception was at {where}";
            }
        }
    }

    ProgramSymbols? Loaded(string program)
    {
        if (!_loaded.TryGetValue(program, out ProgramSymbols? loaded))
        {
            _loaded.Add(program, loaded = ProgramSymbols.TryLoad(program));
        }

        return loaded;
    }

    static ulong Address(Group digits) => ulong.Parse(digits.Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [GeneratedRegex("""^kernel\| cpu \d+: subject \d+ "(?<name>[^"]+)": trap .* rip 0x(?<rip>[0-9a-f]+).* -> stopped$""")]
    private static partial Regex Stop();

    [GeneratedRegex("""^panic: .* \((at (?<address>[0-9a-f]+)|.+:\d+)\)$""")]
    private static partial Regex Panic();

    [GeneratedRegex("""^kernel\| cpu \d+: EXCEPTION IN THE KERNEL: .* rip 0x(?<rip>[0-9a-f]+)""")]
    private static partial Regex KernelException();

    [GeneratedRegex(@"^backtrace:( (?<address>[0-9a-f]{1,16}))+$")]
    private static partial Regex Backtrace();
}
