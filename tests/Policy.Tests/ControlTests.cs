// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;

namespace Muen.Sdk.Policy.Tests;

/// <summary>
/// Each bit of a virtual processor that is not the policy's to choose, the wrong way round: an error that names it, and no other. The list is the SDM's and the original's
/// (docs/checks.md), written down a second time: a flag that is lost from the checks is missed here.
/// </summary>
public sealed class ControlTests : IDisposable
{
    private readonly Workspace workspace = new();

    public static IEnumerable<object[]> Bits =>
        from line in new (string Profiles, string Word, int Wrong, string Names)[]
        {
            ("native vm", "controls/pin", 0, "ExternalInterruptExiting NMIExiting ActivateVMXTimer"),
            ("native vm", "controls/pin", 1, "VirtualNMIs ProcessPostedInterrupts"),
            ("native vm", "controls/proc", 0, "INVLPGExiting MWAITExiting RDPMCExiting CR8LoadExiting CR8StoreExiting MOVDRExiting UseIOBitmaps UseMSRBitmaps MONITORExiting Activate2ndaryControls"),
            ("native", "controls/proc", 0, "CR3LoadExiting CR3StoreExiting"),
            ("native vm", "controls/proc", 1, "InterruptWindowExiting UseTSCOffsetting UseTPRShadow NMIWindowExiting UnconditionalIOExiting"),
            ("native vm", "controls/proc2", 0, "EnableVPID WBINVDExiting"),
            ("vm", "controls/proc2", 0, "EnableEPT UnrestrictedGuest"),
            ("native", "controls/proc2", 1, "EnableEPT UnrestrictedGuest"),
            ("native vm", "controls/proc2", 1, "VirtualAPICAccesses Virtualizex2APICMode APICRegisterVirtualization VirtualInterruptDelivery PAUSELoopExiting EnableINVPCID EnableVMFunctions"),
            ("native vm", "controls/exit", 0, "HostAddressspaceSize AckInterruptOnExit"),
            ("vm", "controls/exit", 0, "SaveIA32EFER LoadIA32EFER"),
            ("native", "controls/exit", 1, "SaveIA32EFER LoadIA32EFER"),
            ("native vm", "controls/exit", 1, "SaveDebugControls LoadIA32PERFGLOBALCTRL SaveIA32PAT LoadIA32PAT SaveVMXTimerValue"),
            ("native", "controls/entry", 0, "IA32eModeGuest"),
            ("vm", "controls/entry", 0, "LoadIA32EFER"),
            ("native", "controls/entry", 1, "LoadIA32EFER"),
            ("native vm", "controls/entry", 1, "LoadDebugControls EntryToSMM DeactiveDualMonitorTreatment LoadIA32PERFGLOBALCTRL LoadIA32PAT"),
            ("native vm", "masks/cr0", 0, "NumericError NotWritethrough CacheDisable"),
            ("native", "masks/cr0", 0, "ProtectionEnable WriteProtect Paging"),
            ("native vm", "masks/cr4", 0, "MachineCheckEnable VMXEnable SMXEnable"),
            ("native", "masks/cr4", 0, "PageSizeExtensions PhysicalAddressExtension PageGlobalEnable PCIDEnable ProtectionKeyEnable"),
            ("native vm", "masks/exception", 0, "Debug AlignmentCheck MachineCheck"),
        }
        from profile in line.Profiles.Split(' ')
        from name in line.Names.Split(' ')
        select new object[] { profile, line.Word, name, line.Wrong };

    public void Dispose() => workspace.Dispose();

    [Theory]
    [MemberData(nameof(Bits))]
    public void A_bit_that_is_the_kernels_is_refused(string profile, string word, string name, int value)
    {
        string[] path = word.Split('/');
        string error = Assert.Single(workspace.Errors($"""
            <system name="t">
              <hardware ref="bochs"/>
              <components><component name="c" profile="{profile}"{(profile == "vm" ? "/>" : "><binary filename=\"subject.elf\"/></component>")}</components>
              <subjects><subject name="a"><vcpu><vmx><{path[0]}><{path[1]}>
            <{name}>{value}</{name}></{path[1]}></{path[0]}></vmx></vcpu><component ref="c"/></subject></subjects>
            </system>
            """));
        Assert.StartsWith($"system.xml(5,2): error {(path[0] == "controls" ? DiagnosticCodes.VcpuControl : DiagnosticCodes.VcpuMask)}: ", error, StringComparison.Ordinal);
        Assert.Contains(name, error, StringComparison.Ordinal);
    }
}
