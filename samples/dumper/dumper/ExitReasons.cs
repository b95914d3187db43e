// SPDX-License-Identifier: MIT
using System;
using Muen.Abi;

namespace Muen.Samples.Dumper;

/// <summary>Names of exit reasons as the SDM gives them (vol. 3, appendix C), of those that native subjects and their monitors meet.</summary>
static class ExitReasons
{
    internal static ReadOnlySpan<byte> NameOf(uint reason) => (ExitReason)reason switch
    {
        ExitReason.ExceptionOrNmi => "exception or NMI"u8,
        ExitReason.ExternalInterrupt => "external interrupt"u8,
        ExitReason.TripleFault => "triple fault"u8,
        ExitReason.InterruptWindow => "interrupt window"u8,
        ExitReason.Cpuid => "CPUID"u8,
        ExitReason.Hlt => "HLT"u8,
        ExitReason.Rdtsc => "RDTSC"u8,
        ExitReason.Vmcall => "VMCALL"u8,
        ExitReason.ControlRegisterAccess => "control register"u8,
        ExitReason.MovDr => "MOV DR"u8,
        ExitReason.IoInstruction => "I/O instruction"u8,
        ExitReason.Rdmsr => "RDMSR"u8,
        ExitReason.Wrmsr => "WRMSR"u8,
        ExitReason.InvalidGuestState => "invalid guest state"u8,
        ExitReason.EptViolation => "EPT violation"u8,
        ExitReason.PreemptionTimer => "preemption timer"u8,
        _ => "another"u8,
    };
}
