// SPDX-License-Identifier: MIT

using Muen.Abi;

namespace Muen.Sdk.Verify;

/// <summary>The VMX controls, masks and initial states without which nothing else that the tables say would hold a subject.</summary>
static class SubjectProcessors
{
    const SubjectFlags KnownFlags = SubjectFlags.Observed | SubjectFlags.Controlled | SubjectFlags.FlushBranchPredictor | SubjectFlags.FlushDataCache
        | SubjectFlags.FlushBuffers | SubjectFlags.HugePages;

    /// <summary>Checks every subject's.</summary>
    public static void Check(ImageModel image)
    {
        for (int id = 0; id < image.Tables.Subjects.Length; id++)
        {
            Check(image, id, in image.Tables.Subjects[id]);
        }
    }

    static void Check(ImageModel image, int id, in SubjectEntry entry)
    {
        Findings findings = image.Findings;
        string place = $"subject '{image.Tables.NameOf(id)}'";
        void Demand(bool holds, string what)
        {
            if (!holds)
            {
                findings.Add(FindingCodes.Control, place, what);
            }
        }

        Padding(image, id, place, in entry);
        if (entry.Processor >= image.Kernels.Length)
        {
            findings.Add(FindingCodes.Index, place, $"processor {entry.Processor}; there are {image.Kernels.Length}");
        }

        if (entry.Profile is not (SubjectProfile.Native or SubjectProfile.Vm))
        {
            findings.Add(FindingCodes.UnknownValue, place, $"profile {(uint)entry.Profile}");
        }

        if ((entry.Flags & ~KnownFlags) != 0)
        {
            findings.Add(FindingCodes.UnknownValue, place, $"flags 0x{(uint)entry.Flags:x}");
        }

        bool vm = entry.Profile == SubjectProfile.Vm;
        Demand((entry.PinControls & Controls.PinRequired) == Controls.PinRequired && (entry.PinControls & Controls.PinForbidden) == 0, $"pin-based controls 0x{entry.PinControls:x}");
        uint processor = Controls.ProcessorRequired | (vm ? 0 : Controls.ProcessorRequiredOfNative);
        Demand((entry.ProcessorControls & processor) == processor && (entry.ProcessorControls & Controls.ProcessorForbidden) == 0, $"processor-based controls 0x{entry.ProcessorControls:x}");
        uint secondary = Controls.SecondaryRequired | (vm ? Controls.EnableEpt : 0);
        uint forbidden = Controls.SecondaryForbidden | (vm ? 0 : Controls.EnableEpt);
        Demand((entry.SecondaryControls & secondary) == secondary && (entry.SecondaryControls & forbidden) == 0, $"secondary controls 0x{entry.SecondaryControls:x}");
        Demand((entry.ExitControls & Controls.ExitRequired) == Controls.ExitRequired, $"VM-exit controls 0x{entry.ExitControls:x}");
        Demand((entry.EntryControls & Controls.EntryForbidden) == 0, $"VM-entry controls 0x{entry.EntryControls:x}");
        Demand((entry.ExceptionBitmap & Controls.ExceptionsRequired) == Controls.ExceptionsRequired, $"exception bitmap 0x{entry.ExceptionBitmap:x}: machine checks are the kernel's");
        Demand((entry.EptPointer != 0) == vm, vm ? "a VM without an EPT" : "a native subject with an EPT");
        Demand((entry.Cr4Mask & Controls.Cr4Kernel) == Controls.Cr4Kernel, $"mask of CR4 0x{entry.Cr4Mask:x}");
        Demand((entry.Cr0Mask & Controls.Cr0Caches) == Controls.Cr0Caches, $"mask of CR0 0x{entry.Cr0Mask:x}");
        if (vm)
        {
            Demand((entry.EntryControls & Controls.EntryLoadEfer) != 0 && (entry.ExitControls & Controls.ExitEfer) == Controls.ExitEfer, "a VM without an EFER of its own");
        }
        else
        {
            Native(in entry, Demand);
        }

        if (vm && image.Subjects[id].HasHugePages != ((entry.Flags & SubjectFlags.HugePages) != 0))
        {
            findings.Add(FindingCodes.ControlDiffers, place, "the flag of pages of 1 GiB is not as the EPT has them");
        }

        if (((entry.IoBitmapAddress | entry.MsrBitmapAddress) & (PhysicalMemory.Page - 1)) != 0)
        {
            findings.Add(FindingCodes.ReservedBit, place, $"bitmaps at 0x{entry.IoBitmapAddress:x} and 0x{entry.MsrBitmapAddress:x}");
        }

        if (entry.MsrStoreCount > Limits.MsrStoreEntries)
        {
            findings.Add(FindingCodes.Index, place, $"{entry.MsrStoreCount} stored MSRs");
        }
        else if (entry.MsrStoreCount == 0 && entry.MsrStoreAddress != 0)
        {
            findings.Add(FindingCodes.MsrStore, place, $"a store without an MSR at 0x{entry.MsrStoreAddress:x}");
        }
    }

    static unsafe void Padding(ImageModel image, int id, string place, in SubjectEntry entry)
    {
        fixed (byte* name = entry.Name)
        {
            var bytes = new ReadOnlySpan<byte>(name, Limits.NameLength + 1);
            int end = bytes.IndexOf((byte)0);
            if (end < 0 || bytes[end..].ContainsAnyExcept((byte)0) || image.Tables.Rest(id).ContainsAnyExcept((byte)0))
            {
                image.Findings.Add(FindingCodes.Padding, place, "behind its name, or at the end of its entry");
            }
        }
    }

    // At CPL 0 nothing but page tables bounds a native subject, so it owns no bit that they rest on.
    static void Native(in SubjectEntry entry, Action<bool, string> demand)
    {
        demand((entry.EntryControls & Controls.EntryIa32eMode) != 0, "a native subject that is not in 64-bit mode");
        demand((entry.EntryControls & Controls.EntryLoadEfer) == 0, "a native subject with an EFER of its own");
        demand((entry.Cr0Mask & Controls.Cr0Native) == Controls.Cr0Native, $"mask of CR0 0x{entry.Cr0Mask:x}");
        demand((entry.Cr4Mask & (Controls.Cr4NativeSet | Controls.Cr4NativeClear)) == (Controls.Cr4NativeSet | Controls.Cr4NativeClear), $"mask of CR4 0x{entry.Cr4Mask:x}");
        demand((entry.Initial.Cr0 & Controls.Cr0Native) == Controls.Cr0Native, $"CR0 0x{entry.Initial.Cr0:x}");
        demand((entry.Initial.Cr4 & Controls.Cr4NativeSet) == Controls.Cr4NativeSet && (entry.Initial.Cr4 & Controls.Cr4NativeClear) == 0, $"CR4 0x{entry.Initial.Cr4:x}");
        demand((entry.Initial.Efer & Controls.EferNative) == Controls.EferNative, $"EFER 0x{entry.Initial.Efer:x}");
    }
}
