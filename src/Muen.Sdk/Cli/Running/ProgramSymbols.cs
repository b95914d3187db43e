// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;
using Muen.Sdk.Elf;
using Muen.Sdk.Native;

namespace Muen.Sdk.Cli.Running;

/// <summary>One program's names and lines: what stands at an address.</summary>
sealed partial class ProgramSymbols
{
    /// <summary>The stub that calls Main, and halts when that returns.</summary>
    internal const string MainStub = "entry_segments";

    readonly ElfFile _file;
    readonly LineTable _lines;
    readonly FunctionNames _names;

    ProgramSymbols(ElfFile file, string path)
    {
        _file = file;
        _lines = LineTable.Read(file);
        _names = new FunctionNames([Path.GetFileNameWithoutExtension(path), "Muen.Subject", "Muen.CoreLib", "Muen.Kernel"]);
    }

    /// <summary>Reads a program; null when there is none that can be read.</summary>
    public static ProgramSymbols? TryLoad(string path)
    {
        try
        {
            return new ProgramSymbols(ElfFile.Load(path), path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ElfException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Name of the function around an address, as the linker knows it.</summary>
    public string? Symbol(ulong address) => _file.Symbols.FirstOrDefault(s => s.Type == ElfSymbolType.Function && address - s.Value < s.Size)?.Name;

    /// <summary>File and line of an address, without the prefix that stands for the folder that the sources were built in; null when nothing tells it.</summary>
    public string? Place(ulong address) => _lines.Find(_file, address) is { File: { } file } place ? Show(file, place.Line) : null;

    /// <summary>The places of a check that failed: several where the compiler lets checks share a call.</summary>
    public IReadOnlyList<string> CheckPlaces(ulong returnAddress) => [.. Native.CheckPlaces.Find(_file, _lines, returnAddress).Select(p => Show(p.File, p.Line))];

    /// <summary>An address for a reader: method, file and line, as far as they are known; null outside of the program's code.</summary>
    /// <param name="address">The address.</param>
    /// <param name="isReturn">Whether it is where a call returns to: the call itself counts.</param>
    public string? Describe(ulong address, bool isReturn = false)
    {
        ulong at = isReturn ? address - 1 : address;
        if (Symbol(at) is not { } symbol)
        {
            return null;
        }

        // A failed check's call has no line of its own.
        string? place = isReturn && CheckPlaces(address) is { Count: > 0 } checks && _lines.Find(_file, at).File is null ? string.Join(" or ", checks) : Place(at);
        string name = IsStart(symbol) ? "Main" : _names.Of(symbol);
        return place is null ? name : $"{name} ({place})";
    }

    /// <summary>The calls of a backtrace, from the inside out, without what a panic calls on its way. The last is Main.</summary>
    public IEnumerable<string> Frames(IEnumerable<ulong> returnAddresses)
    {
        bool isMain = false;
        foreach (ulong address in returnAddresses)
        {
            string? symbol = Symbol(address - 1);
            if (symbol is not null && !Own().IsMatch(symbol) && symbol != MainStub && !(isMain && IsStart(symbol)))
            {
                isMain = symbol.EndsWith("__Main", StringComparison.Ordinal);
                yield return Describe(address, isReturn: true)!;
            }
        }
    }

    /// <summary>The compiler's method that calls Main, or holds it when it is small; then it may have no lines.</summary>
    static bool IsStart(string symbol) => symbol.EndsWith("__StartupCodeMain", StringComparison.Ordinal);

    static string Show(string file, int line) => $"{Prefix().Replace(file, "")}:{line}";

    [GeneratedRegex("^/(_|muen)/")]
    private static partial Regex Prefix();

    [GeneratedRegex("^(Muen_Subject_)+Muen_Panic(Hook)?_|^SubjectPanic$|^muen_panic$")]
    private static partial Regex Own();
}
