// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.RegularExpressions;
using Iced.Intel;
using Muen.Sdk.Machine;
using Muen.Sdk.Verify;

namespace Muen.Sdk.Cli.Debugging;

/// <summary>
/// One subject of a system that runs in Bochs, by the commands of Bochs' debugger. Breakpoints are at addresses of the machine's memory: those of other subjects, whose
/// programs lie at the same virtual addresses, are others.
/// </summary>
/// <param name="debugger">Bochs' debugger.</param>
/// <param name="space">The subject.</param>
/// <param name="successor">Where a breakpoint that Bochs may miss is seen one instruction later; null on one processor, where it misses none.</param>
sealed partial class BochsTarget(BochsDebugger debugger, SubjectSpace space, Successor? successor)
{
    /// <summary>Names of the general registers in the order in which gdb numbers them.</summary>
    static readonly string[] s_registers = ["rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "rip"];

    /// <summary>And of what follows them, 32 bits each: the flags, the segment registers.</summary>
    static readonly string[] s_segments = ["cs", "ss", "ds", "es", "fs", "gs"];

    /// <summary>By physical address: Bochs' number of the breakpoint.</summary>
    readonly Dictionary<ulong, string> _breakpoints = [];

    /// <summary>By physical address: the instruction whose breakpoint was missed when this one is hit, and Bochs' number of this one.</summary>
    readonly Dictionary<ulong, (Instruction Missed, string Number)> _seconds = [];
    ulong _physical;
    ulong _virtual;
    bool _interrupted;

    /// <summary>Whether Bochs has ended.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Lets the machine run up to the subject's first instruction.</summary>
    public async Task StartAsync()
    {
        ulong entry = space.Initial.Rip;
        await RunAsync($"set $cpu = {space.Processor}");
        await SetBreakpointAsync(entry, isSet: true);
        await ContinueAsync();
        await SetBreakpointAsync(entry, isSet: false);
    }

    /// <summary>The registers, as gdb's packet `g` has them.</summary>
    public async Task<byte[]> ReadRegistersAsync()
    {
        string text = await RunAsync("r") + await RunAsync("sreg");
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        foreach (string name in s_registers)
        {
            Match value = Regex.Match(text, $@"^{name,-3}: ([0-9a-f]{{8}})_([0-9a-f]{{8}})", RegexOptions.Multiline);
            writer.Write(Hex(value.Groups[1].Value + value.Groups[2].Value));
        }

        writer.Write((uint)Hex(Regex.Match(text, "^eflags 0x([0-9a-f]+)", RegexOptions.Multiline).Groups[1].Value));
        foreach (string name in s_segments)
        {
            writer.Write((uint)Hex(Regex.Match(text, $"^{name}:0x([0-9a-f]+)", RegexOptions.Multiline).Groups[1].Value));
        }

        return bytes.ToArray();
    }

    /// <summary>Changes a general register.</summary>
    /// <param name="number">gdb's number of it.</param>
    /// <param name="value">The value.</param>
    /// <returns>Whether there is one of the number that can be changed.</returns>
    public async Task<bool> WriteRegisterAsync(int number, ulong value)
    {
        if ((uint)number >= (uint)s_registers.Length)
        {
            return false;
        }

        await RunAsync(string.Create(CultureInfo.InvariantCulture, $"set {s_registers[number]} = 0x{value:x}"));
        return true;
    }

    /// <summary>Reads memory as the subject sees it, or while the kernel runs on its processor as the kernel does.</summary>
    /// <returns>As many bytes as are mapped, at least one; null when none is.</returns>
    public async Task<byte[]?> ReadMemoryAsync(ulong address, int size)
    {
        using var bytes = new MemoryStream();
        while (size > 0 && Translate(address, out ulong mapped) is { } physical)
        {
            int count = (int)Math.Min((ulong)size, mapped);
            string text = await RunAsync(string.Create(CultureInfo.InvariantCulture, $"xp /{count}bx 0x{physical:x}"));
            foreach (Match value in Byte().Matches(text))
            {
                bytes.WriteByte(byte.Parse(value.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            }

            address += (ulong)count;
            size -= count;
        }

        return bytes.Length > 0 ? bytes.ToArray() : null;
    }

    /// <summary>Changes memory.</summary>
    /// <returns>Whether all of it is mapped.</returns>
    public async Task<bool> WriteMemoryAsync(ulong address, byte[] bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            if (Translate(address + (ulong)i, out _) is not { } physical)
            {
                return false;
            }

            await RunAsync(string.Create(CultureInfo.InvariantCulture, $"setpmem 0x{physical:x} 1 0x{bytes[i]:x}"));
        }

        return true;
    }

    /// <summary>Sets or takes away a breakpoint.</summary>
    /// <returns>Whether something is mapped there, in the subject or in the kernel.</returns>
    public async Task<bool> SetBreakpointAsync(ulong address, bool isSet)
    {
        if ((space.Physical(address, out _) ?? space.PhysicalOfKernel(address, out _)) is not { } physical)
        {
            return false;
        }

        if (isSet && !_breakpoints.ContainsKey(physical))
        {
            if (await BreakAsync(physical) is not { } number)
            {
                return false;
            }

            _breakpoints[physical] = number;
            await SetSecondAsync(address);
        }
        else if (!isSet && _breakpoints.Remove(physical, out string? number))
        {
            await RunAsync($"del {number}");
            foreach (ulong second in _seconds.Where(s => s.Value.Missed.IP == address).Select(s => s.Key).ToArray())
            {
                _seconds.Remove(second, out (Instruction, string Number) removed);
                await RunAsync($"del {removed.Number}");
            }
        }

        return true;
    }

    async Task SetSecondAsync(ulong address)
    {
        if (successor is not null && space.Physical(address, out _) is not null && successor.Of(address, out Instruction instruction) is { } next
            && space.Physical(next, out _) is { } physical && !_seconds.ContainsKey(physical) && !_breakpoints.ContainsKey(physical) && await BreakAsync(physical) is { } number)
        {
            _seconds[physical] = (instruction, number);
        }
    }

    /// <returns>Bochs' number of the breakpoint; null when it has no room for more.</returns>
    async Task<string?> BreakAsync(ulong physical)
    {
        await RunAsync(string.Create(CultureInfo.InvariantCulture, $"pb 0x{physical:x}"));
        return Breakpoint().Matches(await RunAsync("info break")).LastOrDefault(m => Hex(m.Groups["address"].Value) == physical)?.Groups["number"].Value;
    }

    /// <summary>Runs on until a breakpoint, or until <see cref="Interrupt"/>.</summary>
    public async Task ContinueAsync()
    {
        _interrupted = false;

        // Whoever comes to a second place from now on has executed the instruction before it.
        ulong from = _physical;
        while (_physical == from && _seconds.ContainsKey(from) && !HasEnded && !_interrupted)
        {
            await StepAsync();
        }

        if (_interrupted || (_physical != from && _breakpoints.ContainsKey(_physical)))
        {
            return;
        }

        do
        {
            await GoAsync("c");
        }
        while (!HasEnded && !_interrupted && !await IsStopAsync());

        if (!HasEnded && _interrupted && !IsOwn && !IsKernel)
        {
            // Another subject's code would be taken for this one's: the next exit leads to the kernel.
            await RunAsync("vmexitbp");
            do
            {
                await GoAsync("c");
            }
            while (!HasEnded && !IsOwn && !IsKernel);

            await RunAsync("vmexitbp");
        }
    }

    /// <summary>Whether this is where gdb wanted to stop. Behind a breakpoint that Bochs missed, the instruction there is undone.</summary>
    async Task<bool> IsStopAsync()
    {
        if (_breakpoints.ContainsKey(_physical) || !_seconds.TryGetValue(_physical, out (Instruction Missed, string Number) second))
        {
            return true;
        }

        byte[] registers = await ReadRegistersAsync();
        ulong stack = BitConverter.ToUInt64(registers, Array.IndexOf(s_registers, "rsp") * sizeof(ulong));
        if ((second.Missed.IsCallNear && (await ReadMemoryAsync(stack, sizeof(ulong)) is not { Length: sizeof(ulong) } word || BitConverter.ToUInt64(word) != second.Missed.NextIP))
            || !Successor.Undo(second.Missed, r => BitConverter.ToUInt64(registers, Number(r) * sizeof(ulong)), out (Register Register, ulong Value)? change))
        {
            return false;
        }

        if (change is { } back)
        {
            await WriteRegisterAsync(Number(back.Register), back.Value);
        }

        _virtual = second.Missed.IP;
        _physical = space.Physical(_virtual, out _) ?? 0;
        await WriteRegisterAsync(Array.IndexOf(s_registers, "rip"), _virtual);
        return true;

        static int Number(Register register) => Array.IndexOf(s_registers, register.ToString().ToLowerInvariant());
    }

    /// <summary>
    /// Executes one instruction of the subject. When it leads to the kernel (a hypercall, the end of a minor frame, an interrupt), the machine runs until the subject goes on, behind
    /// it or at it.
    /// </summary>
    public async Task StepAsync()
    {
        _interrupted = false;
        bool wasOwn = IsOwn;
        ulong before = _virtual;
        ulong next = await DecodeAsync(before) is { } instruction ? instruction.NextIP : before + 1;
        await GoAsync("s");
        if (HasEnded || !wasOwn || IsOwn)
        {
            return;
        }

        ulong[] places = [.. new[] { before, next }.Where(a => space.Physical(a, out _) is { } p && !_breakpoints.ContainsKey(p))];
        foreach (ulong place in places)
        {
            // Where an exit leads back to is looked at: the guest's first instruction is not the first of its turn.
            await SetBreakpointAsync(place, isSet: true);
        }

        do
        {
            await GoAsync("c");
        }
        while (!HasEnded && !_interrupted && !_breakpoints.ContainsKey(_physical));

        foreach (ulong place in places)
        {
            await SetBreakpointAsync(place, isSet: false);
        }
    }

    /// <summary>Stops a machine that runs.</summary>
    public void Interrupt()
    {
        _interrupted = true;
        debugger.Interrupt();
    }

    /// <summary>A command of Bochs' debugger, from gdb's `monitor`.</summary>
    public async Task<string> MonitorAsync(string command)
    {
        string text = await RunAsync(command);
        await RunAsync($"set $cpu = {space.Processor}");
        return text;
    }

    bool IsOwn => space.Physical(_virtual, out _) == _physical;

    bool IsKernel => space.PhysicalOfKernel(_virtual, out _) == _physical;

    ulong? Translate(ulong address, out ulong size) =>
        !IsOwn && IsKernel && space.PhysicalOfKernel(address, out size) is { } kernel ? kernel : space.Physical(address, out size);

    async Task<Instruction?> DecodeAsync(ulong address) =>
        await ReadMemoryAsync(address, Successor.MaxInstruction) is { } bytes ? Decoder.Create(64, bytes, address).Decode() : null;

    /// <summary>A command that lets the machine run; then takes note of where the subject's processor is.</summary>
    async Task GoAsync(string command)
    {
        string text = await RunAsync(command);
        foreach (Match place in Place().Matches(text).Where(m => m.Groups["cpu"].Value == space.Processor.ToString(CultureInfo.InvariantCulture)))
        {
            _physical = Hex(place.Groups["physical"].Value);
            _virtual = Hex(place.Groups["virtual"].Value);
        }

        await RunAsync($"set $cpu = {space.Processor}");
    }

    async Task<string> RunAsync(string command)
    {
        string? text = HasEnded ? null : await debugger.RunAsync(command);
        HasEnded |= text is null;
        return text ?? "";
    }

    static ulong Hex(string digits) => ulong.TryParse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong value) ? value : 0;

    [GeneratedRegex(@"^\((?<cpu>\d+)\) \[0x(?<physical>[0-9a-f]+)\] [0-9a-f]{4}:(?<virtual>[0-9a-f]+)", RegexOptions.Multiline)]
    private static partial Regex Place();

    [GeneratedRegex(@"\t0x([0-9a-f]{2})\b")]
    private static partial Regex Byte();

    [GeneratedRegex(@"^\s*(?<number>\d+) pbreakpoint .*0x(?<address>[0-9a-f]+)", RegexOptions.Multiline)]
    private static partial Regex Breakpoint();
}
