// SPDX-License-Identifier: GPL-3.0-or-later
namespace Muen.Kernel;

/// <summary>Model-specific registers that the kernel uses (SDM vol. 4, table 2-2).</summary>
static class Msr
{
    internal const uint ApicBase = 0x1B;
    internal const uint FeatureControl = 0x3A;
    internal const uint SpeculationControl = 0x48;
    internal const uint PredictionCommand = 0x49;
    internal const uint ArchitecturalCapabilities = 0x10A;
    internal const uint FlushCommand = 0x10B;
    internal const uint McGlobalCapability = 0x179;
    internal const uint McGlobalStatus = 0x17A;
    internal const uint Pat = 0x277;
    internal const uint McControl = 0x400;
    internal const uint McStatus = 0x401;
    internal const uint McAddress = 0x402;
    internal const uint VmxBasic = 0x480;
    internal const uint VmxMisc = 0x485;
    internal const uint VmxCr0Fixed0 = 0x486;
    internal const uint VmxCr0Fixed1 = 0x487;
    internal const uint VmxCr4Fixed0 = 0x488;
    internal const uint VmxCr4Fixed1 = 0x489;
    internal const uint VmxSecondaryControls = 0x48B;
    internal const uint VmxEptVpidCapabilities = 0x48C;
    internal const uint VmxTruePinControls = 0x48D;
    internal const uint VmxTrueProcessorControls = 0x48E;
    internal const uint VmxTrueExitControls = 0x48F;
    internal const uint VmxTrueEntryControls = 0x490;
    internal const uint X2ApicId = 0x802;
    internal const uint X2ApicTpr = 0x808;
    internal const uint X2ApicEoi = 0x80B;
    internal const uint X2ApicSpurious = 0x80F;
    internal const uint X2ApicLvtFirst = 0x832;
    internal const uint X2ApicLvtLast = 0x837;
    internal const uint X2ApicIcr = 0x830;
    internal const uint KernelGsBase = 0xC000_0102;
}
