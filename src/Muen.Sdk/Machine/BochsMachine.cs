// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace Muen.Sdk.Machine;

/// <summary>
/// One run of Bochs over a bootable disc. Its screen is a VNC server at the first free port from 5900 on, which Bochs looks for by itself, unless a window is asked for.
/// </summary>
public sealed class BochsMachine : MachineProcess
{
    /// <summary>Starts before an instance that finds no port for its screen is believed: the race for one is lost seldom, and then not often in a row.</summary>
    const int MaxAttempts = 5;

    readonly bool _hasConsole;

    BochsMachine(bool hasConsole)
        : base("Bochs") => _hasConsole = hasConsole;

    /// <summary>Bochs' own log, which names the exact reason of a failed VM entry. Gone after disposal.</summary>
    public string LogPath => FileOf("bochs.log");

    /// <summary>What the guest wrote to port 0xE9, among messages of Bochs' debugger. Gone after disposal.</summary>
    public string OutputPath => PrintedPath;

    /// <summary>The console of Bochs' debugger; null unless <see cref="BochsOptions.HasDebuggerConsole"/> asked for it.</summary>
    public BochsDebugger? Debugger { get; private set; }

    /// <summary>Starts Bochs and returns when both serial ports are connected, which is before the first instruction.</summary>
    /// <param name="options">The machine.</param>
    /// <param name="cancellation">Gives up and kills what was started.</param>
    /// <exception cref="MachineException">Bochs or the image is missing, or Bochs refused; the message says what to do.</exception>
    public static async Task<BochsMachine> StartAsync(BochsOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        BochsProgram program = BochsProgram.Find();
        Require(options, program);
        return await StartAsync(options, program, cancellation).ConfigureAwait(false);
    }

    internal static async Task<BochsMachine> StartAsync(BochsOptions options, BochsProgram program, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            var machine = new BochsMachine(options.HasDebuggerConsole);
            try
            {
                await machine.ConnectAsync((com1, com2) => machine.Command(options, program, com1, com2), cancellation).ConfigureAwait(false);
                return machine;
            }
            catch (MachineException) when (attempt < MaxAttempts && BochsLog.LostRaceForPort(machine.LogPath))
            {
                machine.Dispose();
            }
            catch
            {
                machine.Dispose();
                throw;
            }
        }
    }

    /// <summary>Bochs' own message for a wrong configuration names a line of a file that the user never saw.</summary>
    static void Require(BochsOptions options, BochsProgram program)
    {
        if (!File.Exists(options.IsoPath))
        {
            throw new MachineException($"there is no image {options.IsoPath}");
        }

        if (!options.AllowsOtherModels || !program.Models.Contains(options.Model))
        {
            program.RequireModel(options.Model);
        }

        if (options.Processors is < 1 or > BochsOptions.MaxProcessors)
        {
            throw new MachineException($"Bochs runs 1 to {BochsOptions.MaxProcessors} processors, not {options.Processors}");
        }

        if (options.HasDebuggerConsole && !program.HasDebugger)
        {
            throw new MachineException($"{program.Executable} was built without its debugger; that of Debian's package bochs has it");
        }
    }

    private protected override Task Take(Process process)
    {
        if (!_hasConsole)
        {
            return base.Take(process);
        }

        Debugger = new BochsDebugger(process);
        return Task.CompletedTask;
    }

    /// <summary>Writes Bochs' input files. Without an open terminal its debugger stops and asks nobody: its commands are a file.</summary>
    List<string> Command(BochsOptions options, BochsProgram program, int com1, int com2)
    {
        string configuration = FileOf("bochsrc");
        string commands = FileOf("commands");

        // In a path Bochs reads commas, quotation marks and $VARIABLES as its configuration's; it works in our folder, where the disc has a name without any.
        const string Disc = "system.iso";
        File.CreateSymbolicLink(FileOf(Disc), Path.GetFullPath(options.IsoPath));
        File.WriteAllText(configuration, BochsConfiguration.Write(options with { IsoPath = Disc }, program, LogPath, com1, com2));
        File.WriteAllText(commands, BochsConfiguration.WriteCommands(options));
        List<string> words = [program.Executable, "-q", "-unlock", "-f", configuration];
        if (program.HasDebugger && !_hasConsole)
        {
            words.AddRange(["-rc", commands]);
        }

        return words;
    }

    private protected override MachineResult Judge(int exitCode, bool killed) => BochsLog.Judge(LogPath, exitCode, killed);

    private protected override string LastWords() => BochsLog.LastWords(LogPath, ErrorsPath);
}
