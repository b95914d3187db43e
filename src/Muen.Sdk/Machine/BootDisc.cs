// SPDX-License-Identifier: MIT

using System.ComponentModel;
using System.Diagnostics;

namespace Muen.Sdk.Machine;

/// <summary>
/// Makes a bootable ISO image of a multiboot2 ELF: GRUB with its commands built in, and the ELF. It boots as a CD-ROM and, written to a
/// USB stick, as a disk.
/// </summary>
/// <remarks>
/// <para>
/// grub-mkrescue is not used: it names the disc after the time of day and takes in whatever GRUB platforms the machine happens to have, so two runs
/// differ. Here the same ELF gives the same bytes with the same versions of GRUB and xorriso.
/// </para>
/// <para>
/// GRUB prints on the second serial port, so that what it has to complain about (`error: no multiboot header found`) is seen where the
/// kernel would have printed; when all is well it prints nothing.
/// </para>
/// </remarks>
public static class BootDisc
{
    /// <summary>Name of the ELF on the disc.</summary>
    public const string SystemFile = "system.elf";

    // 1980-01-01, the first date that every file system can express: as xorriso's option wants it, and for SOURCE_DATE_EPOCH.
    const string Date = "1980010100000000";
    const string DateSeconds = "315532800";

    const string Commands = $"""
        serial --port=0x2f8 --speed=115200
        terminfo serial dumb
        terminal_output serial
        multiboot2 /boot/{SystemFile}
        boot

        """;

    static readonly string[] s_moduleFolders = ["/usr/lib/grub/i386-pc", "/usr/share/grub/i386-pc", "/usr/lib/grub2/i386-pc"];

    static readonly string[] s_modules = ["biosdisk", "iso9660", "multiboot2", "boot", "serial", "terminal", "terminfo"];

    /// <summary>Makes the disc. After an error an old one is as it was.</summary>
    /// <param name="elfPath">The multiboot2 ELF.</param>
    /// <param name="isoPath">The image to write; its folder is made when missing.</param>
    /// <param name="cancellation">Stops the tools.</param>
    /// <exception cref="MachineException">A tool is missing or failed; the message says which and what to install.</exception>
    public static void Create(string elfPath, string isoPath, CancellationToken cancellation = default) =>
        WholeFile.Write(isoPath, temporary => Make(elfPath, temporary, cancellation));

    static void Make(string elfPath, string isoPath, CancellationToken cancellation)
    {
        if (Missing() is { Count: > 0 } missing)
        {
            throw new MachineException(MachineTool.Advice(missing));
        }

        (string mkimage, string modules, string xorriso) = (FindMkimage()!, FindModules()!, FindXorriso()!);
        DirectoryInfo folder = ScratchFolder.Create("muen-disc-");
        try
        {
            string boot = folder.CreateSubdirectory("root/boot").FullName;
            string commands = Path.Combine(folder.FullName, "commands");
            File.WriteAllText(commands, Commands);
            File.Copy(elfPath, Path.Combine(boot, SystemFile));
            Run(mkimage, ["-O", "i386-pc-eltorito", "-d", modules, "-o", Path.Combine(boot, "grub.img"), "-c", commands, "-p", "/boot", .. s_modules], cancellation);
            Normalize(boot);
            Run(xorriso,
                [
                    "-no_rc", "-as", "mkisofs", "-quiet", "-iso-level", "3", "-r", "-V", "MUEN", "--set_all_file_dates", Date,
                    "-b", "boot/grub.img", "-no-emul-boot", "-boot-load-size", "4", "-boot-info-table", "--grub2-boot-info",
                    "--grub2-mbr", Path.Combine(modules, "boot_hybrid.img"),
                    "-o", isoPath, Path.Combine(folder.FullName, "root"),
                ],
                cancellation);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Gives what goes on the disc the same rights whatever the user's umask is.</summary>
    static void Normalize(string boot)
    {
        const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        if (!OperatingSystem.IsWindows())
        {
            foreach (string file in Directory.GetFiles(boot))
            {
                File.SetUnixFileMode(file, Readable);
            }
        }
    }

    /// <summary>What of the tools is not installed.</summary>
    public static IReadOnlyList<MachineTool> Missing() =>
    [
        .. FindMkimage() is null ? [MachineTool.Grub] : Array.Empty<MachineTool>(),
        .. FindModules() is null ? [MachineTool.GrubModules] : Array.Empty<MachineTool>(),
        .. FindXorriso() is null ? [MachineTool.Xorriso] : Array.Empty<MachineTool>(),
    ];

    static string? FindMkimage() => ExecutablePath.Find("grub-mkimage") ?? ExecutablePath.Find("grub2-mkimage");

    static string? FindModules() =>
        s_moduleFolders.FirstOrDefault(f => File.Exists(Path.Combine(f, "multiboot2.mod")) && File.Exists(Path.Combine(f, "boot_hybrid.img")));

    static string? FindXorriso() => ExecutablePath.Find("xorriso");

    static void Run(string program, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["SOURCE_DATE_EPOCH"] = DateSeconds;
        start.Environment["TZ"] = "UTC";
        start.Environment["LC_ALL"] = "C";
        try
        {
            using Process process = Process.Start(start)!;
            using CancellationTokenRegistration kill = cancellation.Register(() => process.Kill(entireProcessTree: true));
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            string errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            cancellation.ThrowIfCancellationRequested();
            if (process.ExitCode != 0)
            {
                throw new MachineException($"{Path.GetFileName(program)} failed: {LastLine(errors + output.Result, process.ExitCode)}");
            }
        }
        catch (Win32Exception error)
        {
            throw new MachineException($"cannot start {program}: {error.Message}", error);
        }
    }

    /// <summary>What a tool said last: xorriso's failures carry the word FAILURE or FATAL, the line after them is only a summary.</summary>
    static string LastLine(string text, int exitCode)
    {
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.FirstOrDefault(l => l.Contains("FATAL", StringComparison.Ordinal) || l.Contains("FAILURE", StringComparison.Ordinal))
            ?? lines.LastOrDefault() ?? $"exit code {exitCode}";
    }
}
