// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Machine;

/// <summary>What a run of Bochs is given. The defaults are the hardware `bochs` of the policy catalogue.</summary>
public sealed record BochsOptions
{
    /// <summary>The bootable ISO image that is the machine's CD-ROM.</summary>
    public required string IsoPath { get; init; }

    /// <summary>The most processors that Bochs' BIOS starts.</summary>
    public const int MaxProcessors = 8;

    /// <summary>Logical processors, 1 to <see cref="MaxProcessors"/>. With 1 the TSC counts instructions exactly.</summary>
    public int Processors { get; init; } = 1;

    /// <summary>Bochs' name of the processor. One of <see cref="Models"/>: they have VT-x with EPT and unrestricted guest.</summary>
    public string Model { get; init; } = Models[0];

    /// <summary>Whether the processor may be another one that Bochs knows: what the kernel says on it is tried so.</summary>
    public bool AllowsOtherModels { get; init; }

    /// <summary>Memory of the machine in MiB.</summary>
    public int MemoryMiB { get; init; } = 256;

    /// <summary>Instructions a second of emulated time: the TSC's frequency in Hz.</summary>
    public long InstructionsPerSecond { get; init; } = 50_000_000;

    /// <summary>Bochs' library for the screen: one of <see cref="BochsProgram.Windows"/>, or <see cref="Viewer"/>.</summary>
    public string DisplayLibrary { get; init; } = Viewer;

    /// <summary>The library that shows the screen to any VNC viewer, and to <see cref="VgaScreen"/>.</summary>
    public const string Viewer = "rfb";

    /// <summary>Commands for Bochs' debugger that run before the machine starts, such as a breakpoint; `c` is added.</summary>
    public IReadOnlyList<string> DebuggerCommands { get; init; } = [];

    /// <summary>Commands for Bochs' debugger when the guest breaks into it (a `D` written to port 0x8900); `quit` is added.</summary>
    public IReadOnlyList<string> BreakCommands { get; init; } = [];

    /// <summary>Whether <see cref="BochsMachine.Debugger"/> gives the debugger's commands, and the machine waits for the first of them; the lists above are not used then.</summary>
    public bool HasDebuggerConsole { get; init; }

    /// <summary>The processor models that the kernel is run on. The first has no AVX-512, the second has.</summary>
    public static IReadOnlyList<string> Models { get; } = ["broadwell_ult", "corei7_skylake_x"];
}
