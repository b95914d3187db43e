// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Muen.Abi;

namespace Muen.Sdk.Policy.Expand;

/// <summary>Who moves an MSR when the subject changes.</summary>
internal enum MsrKeeper
{
    /// <summary>Nobody: it may be read, since its value is no secret, but not written.</summary>
    Nobody,

    /// <summary>The VMCS's guest state.</summary>
    Vmcs,

    /// <summary>The kernel, with the extended state.</summary>
    Kernel,

    /// <summary>The MSR store: exits save it, entries load it (SDM vol. 3, 25.7.2 and 25.8.2).</summary>
    Store,
}

/// <summary>MSRs that a policy may grant. Each of them moves with the subject, so that none carries a value from one to the next.</summary>
internal static class Msrs
{
    private const uint Efer = 0xC000_0080;

    private static readonly ImmutableArray<(uint Start, uint End, MsrKeeper Native, MsrKeeper Vm)> Granted =
    [
        (0x10, 0x10, MsrKeeper.Nobody, MsrKeeper.Nobody), // TSC
        (0x174, 0x176, MsrKeeper.Vmcs, MsrKeeper.Vmcs), // SYSENTER_CS, ESP, EIP
        (0xC000_0081, 0xC000_0084, MsrKeeper.Store, MsrKeeper.Store), // STAR, LSTAR, CSTAR, FMASK
        (0xC000_0100, 0xC000_0101, MsrKeeper.Vmcs, MsrKeeper.Vmcs), // FS_BASE, GS_BASE
        (0xC000_0102, 0xC000_0102, MsrKeeper.Kernel, MsrKeeper.Store), // KERNEL_GS_BASE
    ];

    /// <summary>What may be granted to subjects of a profile. EFER decides how a native subject's page tables are read, so only a VM may have it.</summary>
    internal static IEnumerable<(uint Start, uint End, bool Write)> GrantedTo(SubjectProfile profile)
    {
        IEnumerable<(uint Start, uint End, bool Write)> all = Granted.Select(g => (g.Start, g.End, (profile == SubjectProfile.Vm ? g.Vm : g.Native) != MsrKeeper.Nobody));
        return profile == SubjectProfile.Vm ? all.Append((Efer, Efer, true)).OrderBy(g => g.Item1) : all;
    }

    /// <summary>Whether all of a range may be granted.</summary>
    internal static bool IsGrantable(MsrNode range, SubjectProfile profile)
    {
        // Ranges that touch each other count as one.
        ulong next = range.Start;
        foreach ((uint start, uint end, bool write) in GrantedTo(profile).Where(g => g.Write || !range.Write))
        {
            if (start <= next && next <= end)
            {
                next = end + 1UL;
            }
        }

        return next > range.End;
    }

    /// <summary>
    /// The MSRs of these grants that the store must move. One that may only be read is among them: it would show what another subject wrote.
    /// </summary>
    internal static ImmutableArray<uint> Stored(IEnumerable<MsrNode> grants, SubjectProfile profile)
    {
        var stored = new SortedSet<uint>();
        foreach (MsrNode grant in grants)
        {
            foreach ((uint start, uint end, MsrKeeper native, MsrKeeper vm) in Granted.Where(g => (profile == SubjectProfile.Vm ? g.Vm : g.Native) == MsrKeeper.Store))
            {
                for (uint msr = start; msr <= end; msr++)
                {
                    if (grant.Start <= msr && msr <= grant.End)
                    {
                        stored.Add(msr);
                    }
                }
            }
        }

        return [.. stored];
    }
}
