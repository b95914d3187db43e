// SPDX-License-Identifier: MIT

using Muen.Abi;

namespace Muen.Sdk.Verify;

/// <summary>What the kernel's own pages hold before it has written anything: zeros, and the extended state's MXCSR; and where the machine starts.</summary>
static class KernelContents
{
    const int MxcsrOffset = 24;
    const uint InitialMxcsr = 0x1F80;
    const int ReservedWords = 4;

    /// <summary>Checks the pages that the kernel's address spaces showed.</summary>
    public static void Check(ImageModel image, ulong entry)
    {
        byte[] extendedState = new byte[MxcsrOffset + sizeof(uint)];
        BitConverter.TryWriteBytes(extendedState.AsSpan(MxcsrOffset), InitialMxcsr);
        foreach (Claim claim in image.Claims.Sorted)
        {
            if (claim.Use is Use.KernelStack or Use.InterruptStack or Use.ProcessorData or Use.VmxOn or Use.State or Use.TimedEvent or Use.Interrupts or Use.SchedulingInfo or Use.Vmcs
                && image.Memory.FindDifference(claim.Address, claim.Size, default) is { } difference)
            {
                image.Findings.Add(FindingCodes.Content, claim.ToString(), $"the byte at physical 0x{difference:x} is not zero");
            }
            else if (claim.Use == Use.Fpu && image.Memory.FindDifference(claim.Address, claim.Size, extendedState) is { } other)
            {
                // The area's header, MXCSR, XCR0 and KERNEL_GS_BASE are set; the rest is not read while XSTATE_BV is 0 (SDM vol. 1, 13.8).
                image.Findings.Add(FindingCodes.Overwritten, claim.ToString(), $"the byte at physical 0x{other:x}");
            }
        }

        TablesHeader header = image.Tables.Header;
        if (header.HasIoApic > 1 || header.HasPlanSelector > 1)
        {
            image.Findings.Add(FindingCodes.UnknownValue, "the kernel's tables", $"IO-APIC {header.HasIoApic}, plan selector {header.HasPlanSelector}");
        }

        if (image.Kernels[0].At(entry) is not { Executable: true } || entry - KernelLayout.Image >= KernelLayout.ImageEnd - KernelLayout.Image)
        {
            image.Findings.Add(FindingCodes.Start, "the image", $"0x{entry:x} is no code of the kernel");
        }

        unsafe
        {
            if (new ReadOnlySpan<uint>(header.Reserved, ReservedWords).ContainsAnyExcept(0u))
            {
                image.Findings.Add(FindingCodes.Padding, "the kernel's tables", "the header's reserved fields");
            }
        }
    }
}
