// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using Muen.Abi;
using Muen.Sdk.Cli.Building;
using Muen.Sdk.Cli.Running;
using Muen.Sdk.Elf;

namespace Muen.CliTests;

/// <summary>`muen symbolize` over a crash audit and a kernel's lines; a program for all is the kernel, whose names are known.</summary>
public sealed class SymbolizerTests
{
    static readonly string s_kernel = Path.Combine(Command.Root, "artifacts", "kernel", "debug", "kernel.elf");

    static readonly ulong s_address = ElfFile.Load(s_kernel).Symbols.Single(s => s.Name.EndsWith("Console__Exit", StringComparison.Ordinal)).Value + 4;

    static Symbolizer Symbolizer => new(new ProgramList(s_kernel, new Dictionary<string, string> { ["worker"] = s_kernel }) { Names = ["vm", "worker"] });

    [Fact]
    public void RecordsOfACrashAuditAreToldFromAnyPageOfADump()
    {
        byte[] dump = new byte[3 * 4096];
        Span<byte> page = dump.AsSpan(4096);
        MemoryMarshal.Write(page, new CrashAuditHeader { Magic = CrashAuditHeader.ExpectedMagic, Count = 33, Boots = 2 });
        Write(page, 31, new CrashRecord { Reason = CrashReason.SubjectStopped, Processor = 1, Subject = 1, ExitReason = 48, Rip = s_address });
        Write(page, 32, new CrashRecord { Reason = CrashReason.KernelException, Subject = 0xFFFF, ExitReason = 14, Rip = s_address });
        Write(page, 2, new CrashRecord { Reason = CrashReason.SubjectReset, Subject = 0, ExitReason = 12, Rip = 5 });
        string[] lines = [.. Symbolizer.Dump(dump)];
        Assert.Equal("crash audit: 33 records in 2 starts since power-on", lines[0]);
        Assert.StartsWith("record 2: cpu 0: subject 0 \"vm\": trap 12 (Hlt) ", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(" rip 0x5 -> reset", lines[1], StringComparison.Ordinal);
        int stopped = Array.FindIndex(lines, l => l.StartsWith("record 31: cpu 1: subject 1 \"worker\": trap 48 (EptViolation) ", StringComparison.Ordinal));
        Assert.Matches(@"^    at (Muen\.Kernel\.)?\w*Console\.Exit \(.*src/Muen\.Kernel/\w+\.cs:\d+\)$", lines[stopped + 1]);
        Assert.StartsWith("record 32: cpu 0: exception in the kernel: vector 14 ", lines[stopped + 2], StringComparison.Ordinal);
        Assert.Equal(lines[stopped + 1], lines[stopped + 3]);
        Assert.Empty(Symbolizer.Dump(new byte[8192]));
    }

    [Theory]
    [InlineData("kernel| cpu 0: subject 1 \"worker\": trap 0 (exception) vector 6 qualification 0x0 rip 0x{0} -> stopped", true)]
    [InlineData("cpu 0: EXCEPTION IN THE KERNEL: vector 14 error code 0x0 rip 0x{0}", true)]
    [InlineData("kernel| cpu 0: subject 0 \"vm\": trap 0 (exception) vector 6 qualification 0x0 rip 0x{0} -> stopped", false)]    // no program of ours
    [InlineData("backtrace: {0}", false)]                                                                                           // nobody is stopped behind it
    [InlineData("rip 0x{0}", false)]
    public void LinesWithAddressesOfKnownProgramsAreTold(string line, bool told)
    {
        string[] lines = [.. Symbolizer.Text([string.Format(System.Globalization.CultureInfo.InvariantCulture, line, s_address.ToString("x", System.Globalization.CultureInfo.InvariantCulture)), "next"], null)];
        Assert.Equal(told ? 3 : 2, lines.Length);
        Assert.Equal(told, lines[1].Contains("Console.Exit (", StringComparison.Ordinal));
    }

    static void Write(Span<byte> page, int number, CrashRecord record) =>
        MemoryMarshal.Write(page[(CrashAuditHeader.RecordsOffset + (number % CrashAuditHeader.MaxRecords * Marshal.SizeOf<CrashRecord>()))..], record);
}
