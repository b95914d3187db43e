// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;
using Iced.Intel;

namespace Muen.Sdk.Native;

/// <summary>
/// The worst stack of each function: its own code is followed along every branch with the stack pointer as a distance from its value at the
/// entry, then the bounds of what it calls are added along the call graph. A distance that is not a constant makes the function unbounded.
/// </summary>
sealed class StackAnalysis
{
    /// <summary>What an interrupt puts on the stack: alignment to 16 and five words (SDM vol. 3, 6.14.2), and the error code.</summary>
    internal const int InterruptFrame = 8 + (6 * 8);

    /// <summary>Reasons for having no bound that other checks know.</summary>
    internal const string Recursion = "recursion";

    /// <inheritdoc cref="Recursion"/>
    internal const string Pointer = "a call through a pointer";

    sealed record Frame(int Own, IReadOnlyList<(CallEdge Edge, int Depth)> Ways, string? Unbounded);

    readonly CallGraph graph;
    readonly Dictionary<NativeFunction, Frame> frames = [];
    readonly Dictionary<NativeFunction, StackBound> bounds = [];

    /// <summary>Analyses an image.</summary>
    public StackAnalysis(CallGraph graph)
    {
        this.graph = graph;
        foreach (NativeFunction function in graph.Image.Functions)
        {
            frames.Add(function, function.Bits == 64 ? Follow(function) : new Frame(0, [], null));
        }
    }

    /// <summary>Bounds of all ways in that need any stack, the worst first.</summary>
    public IReadOnlyList<StackBound> Roots() =>
        [.. graph.Roots.Select(r => Bound(r, [])).Where(b => b.Bytes != 0).OrderByDescending(b => b.Bytes ?? int.MaxValue).ThenBy(b => b.Root, StringComparer.Ordinal)];

    /// <summary>The bound of one function.</summary>
    public StackBound Bound(NativeFunction function) => Bound(function, []);

    /// <summary>Whether a way in ends in IRET: an interrupt handler, which may come on top of anything.</summary>
    public bool IsInterruptHandler(NativeFunction root)
    {
        var seen = new HashSet<NativeFunction>();
        var work = new Stack<NativeFunction>([root]);
        while (work.TryPop(out NativeFunction? function))
        {
            if (!seen.Add(function))
            {
                continue;
            }

            if (function.Instructions.Any(i => i.Mnemonic is Mnemonic.Iretq or Mnemonic.Iretd))
            {
                return true;
            }

            foreach (CallEdge edge in graph.From(function).Where(e => !e.IsCall))
            {
                work.Push(edge.To);
            }
        }

        return false;
    }

    StackBound Bound(NativeFunction function, List<NativeFunction> way)
    {
        if (bounds.TryGetValue(function, out StackBound? known))
        {
            return known;
        }

        if (way.Contains(function))
        {
            return new StackBound(function.Name, null, [function.Name], Recursion);
        }

        way.Add(function);
        Frame frame = frames[function];
        StackBound worst = new(function.Name, frame.Unbounded is null ? frame.Own : null, [function.Name], frame.Unbounded);
        foreach ((CallEdge edge, int depth) in frame.Ways)
        {
            if (worst.Bytes is null)
            {
                break;
            }

            StackBound below = Bound(edge.To, way);
            int? sum = below.Bytes is { } bytes ? depth + bytes : null;
            if (sum is null || sum > worst.Bytes)
            {
                worst = new StackBound(function.Name, sum, [function.Name, .. below.Path], below.Unbounded);
            }
        }

        way.RemoveAt(way.Count - 1);

        // What was cut off by a function on the way is not this function's bound.
        if (worst.Unbounded != Recursion || way.Count == 0)
        {
            bounds[function] = worst;
        }

        return worst;
    }

    /// <summary>Follows a function's code.</summary>
    Frame Follow(NativeFunction function)
    {
        var byAddress = new Dictionary<ulong, int>();
        for (int n = 0; n < function.Instructions.Count; n++)
        {
            byAddress[function.Instructions[n].IP] = n;
        }

        var states = new State?[function.Instructions.Count];
        var ways = new Dictionary<(ulong, ulong), (CallEdge Edge, int Depth)>();
        int own = 0;
        var work = new Stack<(int Index, State State)>();
        work.Push((0, State.AtEntry()));

        // A function that other code enters in its middle (tables of interrupt stubs) is followed from there, too.
        foreach (NativeFunction other in graph.Image.Functions)
        {
            foreach (CallEdge edge in graph.From(other))
            {
                if (edge.To == function && edge.Target != function.Address && byAddress.TryGetValue(edge.Target, out int middle))
                {
                    work.Push((middle, State.AtEntry()));
                }
            }
        }

        // Interrupt stubs of equal size in one piece: each begins where the one before ended without falling through.
        if (function.IsStub)
        {
            for (int n = 1; n < function.Instructions.Count; n++)
            {
                if (function.Instructions[n - 1].FlowControl is FlowControl.UnconditionalBranch or FlowControl.Return
                    && !IsTarget(function, function.Instructions[n].IP))
                {
                    work.Push((n, State.AtEntry()));
                }
            }
        }

        while (work.TryPop(out (int Index, State State) item))
        {
            int n = item.Index;
            State state = item.State;
            while (true)
            {
                if (n >= function.Instructions.Count)
                {
                    break;
                }

                State? merged = states[n] is { } before ? before.Merge(state) : state;
                if (merged is null)
                {
                    return new Frame(own, [], Where(function, n, "the stack pointer differs between the ways to it"));
                }

                if (states[n] is { } seen && seen.Same(merged))
                {
                    break;
                }

                states[n] = merged;
                state = merged.Copy();
                if (ConstantAllocation(function.Instructions, n) is { } allocated)
                {
                    // The loop touches each page and may be one page ahead before it ends.
                    state.Allocate(allocated);
                    own = Math.Max(own, state.Depth + 0x1000);
                    n += AllocationLength;
                    continue;
                }

                Instruction i = function.Instructions[n];
                if (state.Apply(i, function.IsStub) is { } reason)
                {
                    return new Frame(own, [], Where(function, n, reason));
                }

                own = Math.Max(own, state.Depth);
                foreach (CallEdge edge in graph.From(function))
                {
                    if (edge.Address == i.IP)
                    {
                        int depth = edge.IsCall ? state.Depth + 8 : state.Depth;
                        own = Math.Max(own, depth);
                        if (!ways.TryGetValue((i.IP, edge.Target), out var known) || known.Depth < depth)
                        {
                            ways[(i.IP, edge.Target)] = (edge, depth);
                        }
                    }
                }

                if (graph.JumpTables.TryGetValue(i.IP, out IReadOnlyList<ulong>? targets))
                {
                    foreach (ulong target in targets)
                    {
                        work.Push((byAddress[target], state.Copy()));
                    }

                    break;
                }

                if (i.FlowControl is FlowControl.IndirectCall or FlowControl.IndirectBranch)
                {
                    return new Frame(own, [], Where(function, n, Pointer));
                }

                if (i.Op0Kind == OpKind.NearBranch64 && !i.IsCallNear && function.Contains(i.NearBranchTarget))
                {
                    if (!byAddress.TryGetValue(i.NearBranchTarget, out int target))
                    {
                        return new Frame(own, [], Where(function, n, "a branch into an instruction"));
                    }

                    work.Push((target, state.Copy()));
                }

                if (i.FlowControl is FlowControl.UnconditionalBranch or FlowControl.Return or FlowControl.Exception
                    || (i.FlowControl == FlowControl.Interrupt && i.Mnemonic != Mnemonic.Int))
                {
                    break;
                }

                n++;
            }
        }

        return new Frame(own, [.. ways.Values.OrderBy(w => w.Edge.Address).ThenBy(w => w.Edge.Target)], null);
    }

    const int AllocationLength = 9;

    /// <summary>The size of a large stackalloc, when the instructions from <paramref name="n"/> on are the compiler's way to make one:
    /// <c>mov r,-size; add r,rsp; jb +1; xor r,r; again: test [rsp],esp; sub rsp,4096; cmp rsp,r; jae again; mov rsp,r</c>.</summary>
    static long? ConstantAllocation(IReadOnlyList<Instruction> code, int n)
    {
        if (n + AllocationLength > code.Count || code[n].Mnemonic != Mnemonic.Mov || code[n].Op0Kind != OpKind.Register
            || code[n].Op1Kind is not (OpKind.Immediate64 or OpKind.Immediate32to64))
        {
            return null;
        }

        Register r = code[n].Op0Register;
        long size = -(long)code[n].GetImmediate(1);
        return size > 0
            && code[n + 1] is { Mnemonic: Mnemonic.Add, Op1Register: Register.RSP } add && add.Op0Register == r
            && code[n + 2] is { Mnemonic: Mnemonic.Jb } over && over.NearBranchTarget == code[n + 4].IP
            && code[n + 3] is { Mnemonic: Mnemonic.Xor } zero && zero.Op0Register.GetFullRegister() == r && zero.Op1Register == zero.Op0Register
            && code[n + 4] is { Mnemonic: Mnemonic.Test, Op0Kind: OpKind.Memory, MemoryBase: Register.RSP }
            && code[n + 5] is { Mnemonic: Mnemonic.Sub, Op0Register: Register.RSP, Op1Kind: OpKind.Immediate32to64 } page && page.GetImmediate(1) == 0x1000
            && code[n + 6] is { Mnemonic: Mnemonic.Cmp, Op0Register: Register.RSP } compare && compare.Op1Register == r
            && code[n + 7] is { Mnemonic: Mnemonic.Jae } back && back.NearBranchTarget == code[n + 4].IP
            && code[n + 8] is { Mnemonic: Mnemonic.Mov, Op0Register: Register.RSP } set && set.Op1Register == r
            ? size
            : null;
    }

    static bool IsTarget(NativeFunction function, ulong address)
    {
        foreach (Instruction i in function.Instructions)
        {
            if (i.Op0Kind == OpKind.NearBranch64 && i.NearBranchTarget == address)
            {
                return true;
            }
        }

        return false;
    }

    string Where(NativeFunction function, int index, string reason)
    {
        (string? file, int line) = graph.Image.Line(function, function.Instructions[index].IP);
        return file is null ? $"{reason} in {function.Name}" : $"{reason} in {function.Name}, {file}({line})";
    }

    /// <summary>Which registers hold the entry's stack pointer plus a constant.</summary>
    sealed class State
    {
        const int Rsp = 4;

        readonly long?[] registers = new long?[16];

        public static State AtEntry()
        {
            var state = new State();
            state.registers[Rsp] = 0;
            return state;
        }

        /// <summary>Bytes between the entry's stack pointer and this one.</summary>
        public int Depth => (int)Math.Max(0, -(registers[Rsp] ?? 0));

        public void Allocate(long bytes) => registers[Rsp] -= bytes;

        public State Copy()
        {
            var copy = new State();
            registers.CopyTo(copy.registers, 0);
            return copy;
        }

        public bool Same(State other) => registers.AsSpan().SequenceEqual(other.registers);

        /// <summary>What both agree on; null when they do not agree on the stack pointer.</summary>
        public State? Merge(State other)
        {
            if (registers[Rsp] != other.registers[Rsp])
            {
                return null;
            }

            State merged = Copy();
            for (int i = 0; i < 16; i++)
            {
                if (merged.registers[i] != other.registers[i])
                {
                    merged.registers[i] = null;
                }
            }

            return merged;
        }

        /// <summary>Applies an instruction; returns why there is no bound behind it, or null.</summary>
        public string? Apply(in Instruction i, bool isStub)
        {
            long? value = null;
            int target = i.OpCount > 0 && i.Op0Kind == OpKind.Register ? Number(i.Op0Register) : -1;
            switch (i.Mnemonic)
            {
                case Mnemonic.Call:
                    // Of the registers that a callee may change only R11 is ours: the stack probe keeps it.
                    foreach (int scratch in (ReadOnlySpan<int>)[0, 1, 2, 6, 7, 8, 9, 10])
                    {
                        registers[scratch] = null;
                    }

                    return null;
                case Mnemonic.Leave:
                    registers[Rsp] = registers[5] + 8;
                    registers[5] = null;
                    return registers[Rsp] is null ? "LEAVE with an unknown RBP" : null;
                case Mnemonic.Mov when target >= 0 && i.Op0Register.GetSize() == 8 && i.Op1Kind == OpKind.Register && Number(i.Op1Register) is >= 0 and int source:
                    value = registers[source];
                    break;
                case Mnemonic.Lea when target >= 0 && i.MemoryIndex == Register.None && Number(i.MemoryBase) is >= 0 and int source:
                    value = registers[source] + (long)i.MemoryDisplacement64;
                    break;
                case Mnemonic.Add or Mnemonic.Sub when target >= 0 && i.Op1Kind is OpKind.Immediate8to64 or OpKind.Immediate32to64:
                    value = registers[target] + ((i.Mnemonic == Mnemonic.Add ? 1 : -1) * (long)i.GetImmediate(1));
                    break;
                case Mnemonic.And when target == Rsp && isStub:
                    value = registers[Rsp] + (long)i.GetImmediate(1) + 1;
                    break;
                case Mnemonic.Cmp or Mnemonic.Test or Mnemonic.Bt or Mnemonic.Push or Mnemonic.Out:
                    target = -1;
                    break;
            }

            if (i.IsStackInstruction && i.Mnemonic is not (Mnemonic.Ret or Mnemonic.Retf or Mnemonic.Iretq))
            {
                registers[Rsp] += i.StackPointerIncrement;
            }

            if (target < 0)
            {
                return null;
            }

            if (target == Rsp && value is null)
            {
                if (!isStub)
                {
                    return "stackalloc of a size that is not constant";
                }

                // Assembly that takes another stack: counted from there anew.
                registers[Rsp] = 0;
                return null;
            }

            registers[target] = value;
            return null;
        }

        static int Number(Register register)
        {
            Register full = register.GetFullRegister();
            return full is >= Register.RAX and <= Register.R15 ? full - Register.RAX : -1;
        }
    }
}
