// SPDX-License-Identifier: MIT
using System;
using System.Linq;
using System.Text;
using Muen.Abi;

namespace Muen.Sdk.Policy.Emit;

/// <summary>The kernel's entry of a subject: where its pages are, and the virtual processor as the view has it.</summary>
internal static class SubjectEntries
{
    /// <summary>EPT pointer (SDM vol. 3, table 25-9): write-back tables, walks of four levels, no accessed and dirty flags.</summary>
    private const ulong EptWalk = 6 | 3 << 3;

    internal static unsafe SubjectEntry Of(SubjectView subject, SystemView system)
    {
        VcpuView vcpu = subject.Vcpu;
        var entry = new SubjectEntry
        {
            Processor = (ushort)subject.Processor,
            Group = (ushort)subject.Group,
            Profile = subject.Profile,
            VmcsAddress = Address(system, RegionKind.Vmcs, subject.Id),
            IoBitmapAddress = Address(system, RegionKind.IoBitmap, subject.Id),
            MsrBitmapAddress = Address(system, RegionKind.MsrBitmap, subject.Id),
            EptPointer = subject.Profile == SubjectProfile.Vm ? subject.PageTables | EptWalk : 0,
            MsrStoreAddress = vcpu.StoredMsrs.IsEmpty ? 0 : Address(system, RegionKind.MsrStore, subject.Id),
            MsrStoreCount = (uint)vcpu.StoredMsrs.Length,
            PinControls = vcpu.Pin,
            ProcessorControls = vcpu.Processor,
            SecondaryControls = vcpu.Secondary,
            ExitControls = vcpu.Exit,
            EntryControls = vcpu.Entry,
            ExceptionBitmap = vcpu.Exceptions,
            Flags = subject.Flags,
            Cr0Mask = vcpu.Cr0Mask,
            Cr4Mask = vcpu.Cr4Mask,
            Xcr0 = vcpu.Xcr0,
            Xcr0Mask = vcpu.Xcr0Mask,
            Initial = vcpu.Initial,
        };
        Encoding.ASCII.GetBytes(subject.Name, new Span<byte>(entry.Name, Limits.NameLength));
        return entry;
    }

    private static ulong Address(SystemView system, RegionKind kind, int owner) => system.Regions.First(r => r.Kind == kind && r.Owner == owner).Address;
}
