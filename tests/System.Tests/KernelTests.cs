// SPDX-License-Identifier: MIT

using System.Text.Json;
using Iced.Intel;
using Muen.Sdk.Elf;
using Muen.Sdk.Native;

namespace Muen.SystemTests;

/// <summary>The two kernels that are built and packed: their figures, their silence, their symbols.</summary>
public sealed class KernelTests : IDisposable
{
    /// <summary>What each figure of `./bench` may be at most: instructions in VMX root mode are counted, so they are equal in every run.</summary>
    static readonly Dictionary<string, long> s_targets = new()
    {
        ["vmcall_event"] = 150,
        ["vmcall_handover"] = 300,
        ["timer_other"] = 350,
        ["timer_same"] = 200,
        ["trap_resume"] = 1200,
        ["kernel_text_bytes"] = 16384,
        ["kernel_lines"] = 2500,
        ["asm_instructions"] = 260,
        ["worst_stack_bytes"] = 1024,
    };

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static string Elf(string kernel) => Path.Combine(Command.Root, "artifacts/kernel", kernel, "kernel.elf");

    /// <summary>The release kernel, measured by a subject.</summary>
    [Fact]
    public async Task EachFigureKeepsItsTarget()
    {
        Command.Result bench = await Command.Muen("bench", "--json");
        Assert.True(bench.ExitCode == 0, bench.All);
        Dictionary<string, long> figures = bench.OutputLines.Where(l => l.StartsWith('{')).Select(l => JsonDocument.Parse(l).RootElement)
            .ToDictionary(f => f.GetProperty("name").GetString()!, f => f.GetProperty("value").GetInt64());
        Assert.Equal(s_targets.Keys.Order(StringComparer.Ordinal), figures.Keys.Order(StringComparer.Ordinal));
        Assert.All(figures, f => Assert.InRange(f.Value, 1, s_targets[f.Key]));
    }

    /// <summary>It prints nothing, not even when a subject makes it panic, and keeps the record of that.</summary>
    [Fact]
    public async Task TheReleaseKernelIsSilentAndKeepsTheCrashAudit()
    {
        string policy = Path.Combine(Command.Root, "tests/systems/crash.xml");
        IReadOnlyList<string> lines = await BootedSystem.RunFileAsync(policy, _folder.File("out"), 1, kernel: Elf("release"));
        Assert.Equal(["boot 1, 0 records", "boot 2, 2 records", "boot 3, 2 records"], lines.Where(l => l.StartsWith("boot ", StringComparison.Ordinal)));
        Assert.Contains("record reason 3 number 12", lines);
        Assert.DoesNotContain(lines, l => l.StartsWith("kernel|", StringComparison.Ordinal));
    }

    /// <summary>
    /// What a subject leaves in general registers is saved and overwritten before anything is computed: from the exit on, along the only way, no instruction but PUSH reads a
    /// register that has not been written, up to the first branch that is taken on a condition.
    /// </summary>
    [Theory]
    [InlineData("debug")]
    [InlineData("release")]
    public void NoRegisterOfASubjectIsUsedInTheKernel(string kernel)
    {
        var elf = ElfFile.Load(Elf(kernel));
        HashSet<Register> left = [.. Enumerable.Range(0, 16).Select(i => Register.RAX + i).Where(r => r != Register.RSP)];
        var factory = new InstructionInfoFactory();
        Decoder decoder = At(elf, elf.FindSymbol("ExitEntry")!.Value);
        int pushed = 0;
        while (true)
        {
            Instruction i = decoder.Decode();
            if (i.FlowControl == FlowControl.ConditionalBranch)
            {
                break;
            }

            bool clears = i.Mnemonic == Mnemonic.Xor && i.Op0Register == i.Op1Register;
            foreach (UsedRegister used in factory.GetInfo(i).GetUsedRegisters())
            {
                Register register = used.Register.GetFullRegister();
                if (used.Access is OpAccess.Write || clears)
                {
                    left.Remove(register);
                }
                else if (i.Mnemonic == Mnemonic.Push)
                {
                    pushed += left.Contains(register) ? 1 : 0;
                }
                else
                {
                    Assert.False(left.Contains(register), $"{i.IP:x}: {i} reads {register} of a subject");
                }
            }

            if (i.FlowControl is FlowControl.Call or FlowControl.UnconditionalBranch)
            {
                decoder = At(elf, i.NearBranchTarget);
            }
        }

        Assert.True(pushed >= 15);
        Assert.Empty(left);
    }

    static Decoder At(ElfFile elf, ulong address)
    {
        ElfSection text = elf.FindSection(".text")!;
        var decoder = Decoder.Create(64, text.Content.Slice((int)(address - text.Address)).ToArray());
        decoder.IP = address;
        return decoder;
    }

    /// <summary>An address of either maps to its line of source.</summary>
    [Theory]
    [InlineData("debug")]
    [InlineData("release")]
    public void AnAddressMapsToItsLine(string kernel)
    {
        var elf = ElfFile.Load(Elf(kernel));
        ElfSymbol handler = elf.FindSymbol("HandleExit")!;
        (string? file, int line) = LineTable.Read(elf).Find(elf, handler.Value + (handler.Size / 2));
        Assert.EndsWith("src/Muen.Kernel/Kernel.cs", file, StringComparison.Ordinal);
        string[] source = File.ReadAllLines(Path.Combine(Command.Root, "src/Muen.Kernel/Kernel.cs"));
        int begin = Array.FindIndex(source, l => l.Contains("static ulong HandleExit", StringComparison.Ordinal)) + 1;
        Assert.InRange(line, begin, begin + 60);
    }
}
