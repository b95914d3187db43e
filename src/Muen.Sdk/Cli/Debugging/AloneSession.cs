// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Muen.Sdk.Cli.Running;
using Muen.Sdk.Image;
using Muen.Sdk.Machine;
using Muen.Sdk.Verify;

namespace Muen.Sdk.Cli.Debugging;

/// <summary>One subject by itself in QEMU, without kernel, other subjects and VT-x; QEMU has a server for gdb of its own.</summary>
static class AloneSession
{
    /// <summary>Where QEMU has memory without a hole.</summary>
    const ulong MemoryLimit = 2UL << 30;

    /// <summary>Runs gdb, or waits for one.</summary>
    /// <param name="image">The image that the subject's memory and tables are taken from.</param>
    /// <param name="space">The subject.</param>
    /// <param name="program">Its ELF.</param>
    /// <param name="gdb">The gdb that is started.</param>
    /// <param name="port">Where another is waited for instead; null starts <paramref name="gdb"/>.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    /// <returns>gdb's exit code, or 0.</returns>
    public static async Task<int> RunAsync(ImageReader image, SubjectSpace space, string program, Gdb gdb, int? port, CancellationToken cancellation)
    {
        string qemu = ExecutablePath.Find("qemu-system-x86_64") ?? throw new UserException(MachineTool.Advice(MachineTool.Qemu));
        BareMachine bare = BareMachine.Create(image, space, program);
        if (bare.Memory > MemoryLimit)
        {
            throw new UserException($"the image reaches up to 0x{bare.Memory:x}, beyond the 2 GiB that QEMU's machine has in one piece");
        }

        DirectoryInfo folder = ScratchFolder.Create("muen-qemu-");
        try
        {
            string socket = Path.Combine(folder.FullName, "gdb");
            int given = port is 0 ? FreePort() : port ?? 0;
            string server = port is null ? $"unix:{socket},server=on,wait=off" : $"tcp:127.0.0.1:{given}";

            // Ctrl-C is gdb's: it stops the subject, not QEMU.
            IReadOnlyList<string> words = OwnSession.Of([qemu, .. Arguments(bare, folder.FullName, server)]);
            using Process process = Process.Start(new ProcessStartInfo(words[0], words.Skip(1))
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            try
            {
                Task<string> errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
                await using Stream output = Console.OpenStandardError();
                var transcript = new Transcript(new LiveConsole(output, width: null).Show);
                transcript.Attach(process.StandardOutput.BaseStream, "");
                while (port is null && !File.Exists(socket) && !process.HasExited)
                {
                    await Task.Delay(20, cancellation);
                }

                if (process.HasExited)
                {
                    throw new UserException($"QEMU did not start: {(await errors).Trim()}");
                }

                if (port is null)
                {
                    // Up to the subject's first instruction QEMU executes what leads there.
                    string entry = string.Create(CultureInfo.InvariantCulture, $"0x{space.Initial.Rip:x}");
                    return await (gdb with { Before = [$"tbreak *{entry}", "continue"] }).RunAsync(socket);
                }

                Console.WriteLine($"muen: waiting for gdb on port {given}");
                await process.WaitForExitAsync(cancellation);
                return 0;
            }
            finally
            {
                if (!process.HasExited)
                {
                    process.Kill();
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static List<string> Arguments(BareMachine bare, string folder, string server)
    {
        string rom = Path.Combine(folder, "rom");
        File.WriteAllBytes(rom, bare.Rom);
        List<string> arguments =
        [
            "-machine", "q35,accel=tcg", "-cpu", "max", "-m", string.Create(CultureInfo.InvariantCulture, $"{bare.Memory >> 20}M"), "-bios", rom,
            "-display", "none", "-monitor", "none", "-serial", "stdio", "-no-reboot", "-no-shutdown", "-S", "-gdb", server,
        ];
        foreach ((ulong address, byte[] content) in bare.Parts)
        {
            string file = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{address:x}"));
            File.WriteAllBytes(file, content);
            arguments.AddRange(["-device", string.Create(CultureInfo.InvariantCulture, $"loader,file={file.Replace(",", ",,", StringComparison.Ordinal)},addr=0x{address:x},force-raw=on")]);
        }

        return arguments;
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
