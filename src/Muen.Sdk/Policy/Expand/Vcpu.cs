// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Muen.Abi;

namespace Muen.Sdk.Policy.Expand;

/// <summary>A subject's virtual processor: its profile's, and what the policy changes. What depends on addresses is filled in when these are known.</summary>
internal sealed record Vcpu
{
    private const int Ia32eModeBit = 9;
    private const ulong InterruptFlag = 1 << 9;

    internal uint Pin { get; init; }

    internal uint Processor { get; init; }

    internal uint Secondary { get; init; }

    internal uint Exit { get; init; }

    internal uint Entry { get; init; }

    internal uint Exceptions { get; init; }

    internal ulong Cr0Mask { get; init; }

    internal ulong Cr4Mask { get; init; }

    internal ulong Xcr0 { get; init; }

    internal ulong Xcr0Mask { get; init; }

    internal SubjectState Initial { get; init; }

    /// <summary>Bits that the policy sets, by word and number, where an error about one is reported.</summary>
    internal ImmutableDictionary<(VcpuWord Word, int Bit), VcpuBitNode> Bits { get; init; } = ImmutableDictionary<(VcpuWord, int), VcpuBitNode>.Empty;

    /// <summary>Registers and segments that the policy sets: what is chosen for the binary gives way to them.</summary>
    internal ImmutableDictionary<string, Place> Registers { get; init; } = ImmutableDictionary<string, Place>.Empty;

    private ImmutableArray<VcpuNode> Changes { get; init; } = [];

    /// <summary>The profile's processor, changed by the component's section and then by the subject's.</summary>
    internal static Vcpu Of(SubjectProfile profile, IEnumerable<VcpuNode> changes) =>
        (profile == SubjectProfile.Vm ? VcpuProfiles.Vm() : VcpuProfiles.Native()).With([.. changes]).Consistent();

    /// <summary>That of an idle subject, the one that may halt: the processor rests until its next minor frame, and interrupts wake it.</summary>
    internal static Vcpu Idle()
    {
        Vcpu native = VcpuProfiles.Native();
        return native with { Processor = native.Processor & ~(uint)ProcessorControls.HltExiting, Initial = native.Initial with { Rflags = native.Initial.Rflags | InterruptFlag } };
    }

    /// <summary>The same processor beginning in another state, as far as the policy does not say what that is.</summary>
    internal Vcpu Starting(SubjectState state) => (this with { Initial = state, Bits = Bits.Clear(), Registers = Registers.Clear(), Changes = [] }).WithRegisters(Changes).Consistent() with { Bits = Bits };

    /// <summary>The value of a word.</summary>
    internal ulong Word(VcpuWord word) => word switch
    {
        VcpuWord.Pin => Pin,
        VcpuWord.Processor => Processor,
        VcpuWord.Secondary => Secondary,
        VcpuWord.Exit => Exit,
        VcpuWord.Entry => Entry,
        VcpuWord.Exceptions => Exceptions,
        VcpuWord.Cr0Mask => Cr0Mask,
        VcpuWord.Cr4Mask => Cr4Mask,
        VcpuWord.Cr0 => Initial.Cr0,
        VcpuWord.Cr0Shadow => Initial.Cr0Shadow,
        VcpuWord.Cr4 => Initial.Cr4,
        _ => Initial.Cr4Shadow,
    };

    private Vcpu With(ImmutableArray<VcpuNode> changes)
    {
        Vcpu vcpu = WithRegisters(changes);
        foreach (VcpuNode change in changes)
        {
            vcpu = change.Rdtsc ? vcpu with { Processor = vcpu.Processor & ~(uint)ProcessorControls.RdtscExiting } : vcpu;
            vcpu = change.Bits.Where(b => !IsState(b.Word)).Aggregate(vcpu, (v, bit) => v.With(bit));
        }

        return vcpu;
    }

    private Vcpu WithRegisters(ImmutableArray<VcpuNode> changes)
    {
        Vcpu vcpu = this with { Changes = changes };
        foreach (VcpuNode change in changes)
        {
            vcpu = change.Bits.Where(b => IsState(b.Word)).Aggregate(vcpu, (v, bit) => v.With(bit));
            vcpu = change.Registers.Aggregate(vcpu, (v, register) => v with { Initial = Set(v.Initial, register), Registers = v.Registers.SetItem(register.Name, register.Place) });
            vcpu = change.Segments.Aggregate(vcpu, (v, segment) => v with { Initial = Set(v.Initial, segment), Registers = v.Registers.SetItem(segment.Name, segment.Place) });
        }

        return vcpu;
    }

    // Whether a VM begins in 64-bit mode follows from its EFER, unless the policy says it itself.
    private Vcpu Consistent()
    {
        if ((Entry & (uint)EntryControls.LoadEfer) == 0 || Bits.ContainsKey((VcpuWord.Entry, Ia32eModeBit)))
        {
            return this;
        }

        bool active = (Initial.Efer & (ulong)Efer.LongModeActive) != 0;
        return this with { Entry = active ? Entry | (uint)EntryControls.Ia32eModeGuest : Entry & ~(uint)EntryControls.Ia32eModeGuest };
    }

    private static bool IsState(VcpuWord word) => word is VcpuWord.Cr0 or VcpuWord.Cr0Shadow or VcpuWord.Cr4 or VcpuWord.Cr4Shadow;

    private Vcpu With(VcpuBitNode bit)
    {
        ulong value = bit.Value ? Word(bit.Word) | 1UL << bit.Bit : Word(bit.Word) & ~(1UL << bit.Bit);
        SubjectState state = Initial;
        Vcpu vcpu = bit.Word switch
        {
            VcpuWord.Pin => this with { Pin = (uint)value },
            VcpuWord.Processor => this with { Processor = (uint)value },
            VcpuWord.Secondary => this with { Secondary = (uint)value },
            VcpuWord.Exit => this with { Exit = (uint)value },
            VcpuWord.Entry => this with { Entry = (uint)value },
            VcpuWord.Exceptions => this with { Exceptions = (uint)value },
            VcpuWord.Cr0Mask => this with { Cr0Mask = value },
            VcpuWord.Cr4Mask => this with { Cr4Mask = value },
            VcpuWord.Cr0 => this with { Initial = state with { Cr0 = value } },
            VcpuWord.Cr0Shadow => this with { Initial = state with { Cr0Shadow = value } },
            VcpuWord.Cr4 => this with { Initial = state with { Cr4 = value } },
            _ => this with { Initial = state with { Cr4Shadow = value } },
        };
        return vcpu with { Bits = Bits.SetItem((bit.Word, bit.Bit), bit) };
    }

    private static SubjectState Set(SubjectState state, VcpuRegisterNode register)
    {
        switch (register.Name)
        {
            case "rip": state.Rip = register.Value; break;
            case "rsp": state.Rsp = register.Value; break;
            case "rax": state.Rax = register.Value; break;
            case "rbx": state.Rbx = register.Value; break;
            case "rcx": state.Rcx = register.Value; break;
            case "rdx": state.Rdx = register.Value; break;
            case "rdi": state.Rdi = register.Value; break;
            case "rsi": state.Rsi = register.Value; break;
            case "rbp": state.Rbp = register.Value; break;
            case "r08": state.R8 = register.Value; break;
            case "r09": state.R9 = register.Value; break;
            case "r10": state.R10 = register.Value; break;
            case "r11": state.R11 = register.Value; break;
            case "r12": state.R12 = register.Value; break;
            case "r13": state.R13 = register.Value; break;
            case "r14": state.R14 = register.Value; break;
            case "r15": state.R15 = register.Value; break;
            case "rflags": state.Rflags = register.Value; break;
            case "cr3": state.Cr3 = register.Value; break;
            case "efer": state.Efer = register.Value; break;
        }

        return state;
    }

    private static SubjectState Set(SubjectState state, VcpuSegmentNode node)
    {
        var segment = new Segment { Selector = node.Selector, Base = node.Base, Limit = node.Limit, Access = node.Access };
        switch (node.Name)
        {
            case "cs": state.Cs = segment; break;
            case "ds": state.Ds = segment; break;
            case "es": state.Es = segment; break;
            case "fs": state.Fs = segment; break;
            case "gs": state.Gs = segment; break;
            case "ss": state.Ss = segment; break;
            case "tr": state.Tr = segment; break;
            case "ldtr": state.Ldtr = segment; break;
        }

        return state;
    }
}
