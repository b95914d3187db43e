// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Machine;

/// <summary>A program or file that building or running needs and that the user installs, with the packages that bring it.</summary>
/// <param name="What">For the user.</param>
/// <param name="Debian">Package of Debian and Ubuntu.</param>
/// <param name="Fedora">Package of Fedora.</param>
/// <param name="Arch">Package of Arch.</param>
public sealed record MachineTool(string What, string Debian, string Fedora, string Arch)
{
    /// <summary>LLVM's linker.</summary>
    public static MachineTool Linker { get; } = new("the linker ld.lld", "lld", "lld", "lld");

    /// <summary>The emulator.</summary>
    public static MachineTool Bochs { get; } = new("Bochs", "bochs", "bochs", "bochs");

    /// <summary>The emulator's BIOS.</summary>
    public static MachineTool Bios { get; } = new("Bochs' BIOS image", "bochsbios", "bochs", "bochs");

    /// <summary>The emulator's video BIOS.</summary>
    public static MachineTool VideoBios { get; } = new("the VGA BIOS image", "vgabios", "bochs", "bochs");

    /// <summary>The emulator that can use the host's VT-x.</summary>
    public static MachineTool Qemu { get; } = new("QEMU", "qemu-system-x86", "qemu-system-x86", "qemu-system-x86");

    /// <summary>What shows the emulator's screen in a window.</summary>
    public static MachineTool BochsWindow { get; } = new("Bochs' library for a window", "bochs-x", "bochs", "bochs");

    /// <summary>The same where there is no X11.</summary>
    public static MachineTool BochsWaylandWindow { get; } = BochsWindow with { Debian = "bochs-sdl" };

    /// <summary>GRUB's grub-mkimage.</summary>
    public static MachineTool Grub { get; } = new("GRUB's grub-mkimage", "grub-common", "grub2-tools-minimal", "grub");

    /// <summary>GRUB's modules for the PC BIOS.</summary>
    public static MachineTool GrubModules { get; } = new("GRUB's modules for the PC BIOS", "grub-pc-bin", "grub2-pc-modules", "grub");

    /// <summary>The program that writes ISO images.</summary>
    public static MachineTool Xorriso { get; } = new("xorriso", "xorriso", "xorriso", "libisoburn");

    /// <summary>The debugger.</summary>
    public static MachineTool Gdb { get; } = new("gdb", "gdb", "gdb", "gdb");

    /// <summary>One line that says what is missing and how to install it.</summary>
    /// <param name="missing">At least one.</param>
    public static string Advice(params IReadOnlyList<MachineTool> missing)
    {
        ArgumentNullException.ThrowIfNull(missing);
        string what = string.Join(", ", missing.Select(t => t.What));
        return $"{what} {(missing.Count == 1 ? "is" : "are")} missing; install: "
            + $"apt install {Packages(t => t.Debian)} (Debian, Ubuntu), dnf install {Packages(t => t.Fedora)} (Fedora), pacman -S {Packages(t => t.Arch)} (Arch)";

        string Packages(Func<MachineTool, string> of) => string.Join(' ', missing.Select(of).Distinct());
    }
}
