// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using System.Linq;
using Iced.Intel;

namespace Muen.Sdk.Native;

/// <summary>A way from one function into another.</summary>
/// <param name="From">Where it begins.</param>
/// <param name="Address">The instruction.</param>
/// <param name="To">The function that it enters.</param>
/// <param name="Target">Address that it enters.</param>
/// <param name="IsCall">Whether it pushes a return address; else it is a jump.</param>
readonly record struct CallEdge(NativeFunction From, ulong Address, NativeFunction To, ulong Target, bool IsCall);

/// <summary>Who calls whom, from the disassembly of the linked image.</summary>
sealed class CallGraph
{
    readonly Dictionary<NativeFunction, List<CallEdge>> edges = [];
    readonly HashSet<NativeFunction> entered = [];
    readonly HashSet<NativeFunction> addressTaken = [];

    /// <summary>Builds the graph.</summary>
    public CallGraph(LinkedImage image)
    {
        Image = image;
        foreach (NativeFunction function in image.Functions)
        {
            edges.Add(function, []);
        }

        foreach (NativeFunction function in image.Functions)
        {
            if (function.Bits == 64)
            {
                Visit(function);
            }
        }
    }

    /// <summary>The image.</summary>
    public LinkedImage Image { get; }

    /// <summary>Jump tables whose bound and targets are proved.</summary>
    public Dictionary<ulong, IReadOnlyList<ulong>> JumpTables { get; } = [];

    /// <summary>Indirect calls and jumps that are not bounded jump tables.</summary>
    public List<(NativeFunction Function, Instruction Instruction)> Indirect { get; } = [];

    /// <summary>Direct branches that lead to no function.</summary>
    public List<(NativeFunction Function, Instruction Instruction)> Stray { get; } = [];

    /// <summary>The ways out of a function.</summary>
    public IReadOnlyList<CallEdge> From(NativeFunction function) => edges[function];

    /// <summary>Functions that nothing here enters, or whose address is taken: hardware, boot loader or tables enter them.</summary>
    public IEnumerable<NativeFunction> Roots => Image.Functions.Where(f => f.Bits == 64 && (!entered.Contains(f) || addressTaken.Contains(f)));

    /// <summary>Cycles: each one the calls that lead from function to function and back to the first.</summary>
    public List<List<CallEdge>> Cycles()
    {
        var result = new List<List<CallEdge>>();
        foreach (HashSet<NativeFunction> component in Components())
        {
            NativeFunction first = component.MinBy(f => f.Address)!;
            if (component.Count > 1 || edges[first].Any(e => e.To == first))
            {
                result.Add(Way(first, component));
            }
        }

        return result;
    }

    void Visit(NativeFunction function)
    {
        for (int n = 0; n < function.Instructions.Count; n++)
        {
            Instruction i = function.Instructions[n];
            if (i.Op0Kind == OpKind.NearBranch64)
            {
                if (function.Contains(i.NearBranchTarget) && !(i.IsCallNear && i.NearBranchTarget == function.Address))
                {
                    // A call inside the function, of the next instruction's address for example, is a jump for this purpose.
                    continue;
                }

                if (Image.Around(i.NearBranchTarget) is { } to)
                {
                    Add(new CallEdge(function, i.IP, to, i.NearBranchTarget, i.IsCallNear));
                }
                else
                {
                    Stray.Add((function, i));
                }
            }
            else if (i.FlowControl == FlowControl.IndirectBranch)
            {
                if (JumpTable.Targets(Image, function, n) is { } targets)
                {
                    JumpTables.Add(i.IP, targets);
                }
                else
                {
                    Indirect.Add((function, i));
                }
            }
            else if (i.FlowControl == FlowControl.IndirectCall)
            {
                Indirect.Add((function, i));
            }
            else if (i.IsIPRelativeMemoryOperand && i.Mnemonic == Mnemonic.Lea && Image.At(i.IPRelativeMemoryAddress) is { } taken && taken != function)
            {
                addressTaken.Add(taken);

                // A far return to a function whose address was pushed: how assembly reloads CS.
                foreach (Instruction later in function.Instructions.Skip(n + 1))
                {
                    if (function.IsStub && later.Mnemonic == Mnemonic.Retf)
                    {
                        Add(new CallEdge(function, later.IP, taken, taken.Address, false));
                        break;
                    }
                }
            }
        }
    }

    void Add(CallEdge edge)
    {
        edges[edge.From].Add(edge);
        entered.Add(edge.To);
    }

    /// <summary>A way through a strongly connected component from a function back to itself, the shortest one.</summary>
    List<CallEdge> Way(NativeFunction first, HashSet<NativeFunction> component)
    {
        var cameBy = new Dictionary<NativeFunction, CallEdge>();
        var queue = new Queue<NativeFunction>();
        queue.Enqueue(first);
        while (queue.Count != 0)
        {
            NativeFunction current = queue.Dequeue();
            foreach (CallEdge edge in edges[current])
            {
                if (edge.To == first)
                {
                    var way = new List<CallEdge> { edge };
                    for (NativeFunction f = current; f != first; f = cameBy[f].From)
                    {
                        way.Insert(0, cameBy[f]);
                    }

                    return way;
                }

                if (component.Contains(edge.To) && cameBy.TryAdd(edge.To, edge))
                {
                    queue.Enqueue(edge.To);
                }
            }
        }

        return [];
    }

    /// <summary>Strongly connected components, by reachability both ways: images have a few hundred functions.</summary>
    List<HashSet<NativeFunction>> Components()
    {
        var number = new Dictionary<NativeFunction, int>();
        var low = new Dictionary<NativeFunction, int>();
        var stack = new Stack<NativeFunction>();
        var onStack = new HashSet<NativeFunction>();
        var result = new List<HashSet<NativeFunction>>();

        // Tarjan's algorithm with a stack of its own, because a long chain of calls must not overflow ours.
        foreach (NativeFunction root in Image.Functions)
        {
            if (number.ContainsKey(root))
            {
                continue;
            }

            var work = new Stack<(NativeFunction Function, int Next)>();
            work.Push((root, 0));
            while (work.Count != 0)
            {
                (NativeFunction f, int next) = work.Pop();
                if (next == 0)
                {
                    number[f] = low[f] = number.Count;
                    stack.Push(f);
                    onStack.Add(f);
                }
                else
                {
                    low[f] = int.Min(low[f], low[edges[f][next - 1].To]);
                }

                bool descended = false;
                for (; next < edges[f].Count; next++)
                {
                    NativeFunction to = edges[f][next].To;
                    if (!number.TryGetValue(to, out int toNumber))
                    {
                        work.Push((f, next + 1));
                        work.Push((to, 0));
                        descended = true;
                        break;
                    }

                    if (onStack.Contains(to))
                    {
                        low[f] = int.Min(low[f], toNumber);
                    }
                }

                if (!descended && low[f] == number[f])
                {
                    var component = new HashSet<NativeFunction>();
                    NativeFunction member;
                    do
                    {
                        member = stack.Pop();
                        onStack.Remove(member);
                        component.Add(member);
                    }
                    while (member != f);
                    result.Add(component);
                }
            }
        }

        return result;
    }
}
