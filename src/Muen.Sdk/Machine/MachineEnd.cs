// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Machine;

/// <summary>How a run ended.</summary>
public enum MachineEnd
{
    /// <summary>The guest asked for it by writing `Shutdown` to port 0x8900.</summary>
    Shutdown,

    /// <summary>The processor met a fault while delivering a double fault.</summary>
    TripleFault,

    /// <summary>Bochs or QEMU stopped by itself: it met something it cannot emulate, or its configuration is wrong.</summary>
    Panic,

    /// <summary>The debugger ended the run (`quit`).</summary>
    Quit,

    /// <summary>The user closed the machine's window.</summary>
    Closed,

    /// <summary>This program ended the run.</summary>
    Killed,

    /// <summary>A signal ended Bochs or QEMU that this program did not send: it crashed, or somebody killed it.</summary>
    Signal,
}

/// <summary>The end of a run.</summary>
/// <param name="End">What happened.</param>
/// <param name="Detail">The line of the machine's log that says so, empty when there is none.</param>
public sealed record MachineResult(MachineEnd End, string Detail)
{
    /// <summary>The end in words for a user.</summary>
    public override string ToString()
    {
        string what = End switch
        {
            MachineEnd.Shutdown => "the machine shut down",
            MachineEnd.TripleFault => "the machine stopped with a triple fault",
            MachineEnd.Panic => "the emulator stopped by itself",
            MachineEnd.Closed => "the machine's window was closed",
            MachineEnd.Quit => "the emulator's debugger ended the run",
            MachineEnd.Signal => "the emulator was killed",
            _ => "the machine was stopped",
        };
        return Detail.Length == 0 ? what : $"{what} ({Detail})";
    }
}
