// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text;

namespace Muen.Sdk.Machine;

/// <summary>Writes Bochs' two input files: its configuration and the commands for its debugger.</summary>
static class BochsConfiguration
{
    /// <summary>The configuration file. The serial ports are clients of sockets that we listen on: no port number has to be guessed.</summary>
    public static string Write(BochsOptions options, BochsProgram program, string log, int com1Port, int com2Port)
    {
        // fastboot skips the BIOS's boot menu; rfb with timeout=0 waits for no viewer; a panic ends the run instead of asking.
        string displayOptions = options.DisplayLibrary == BochsOptions.Viewer ? ", options=\"timeout=0\"" : "";
        var text = new StringBuilder();
        Line(text, $"config_interface: textconfig");
        Line(text, $"display_library: {options.DisplayLibrary}{displayOptions}");
        Line(text, $"romimage: file={program.Bios}, options=fastboot");
        Line(text, $"vgaromimage: file={program.VideoBios}");
        Line(text, $"cpu: model={options.Model}, count={options.Processors}, ips={options.InstructionsPerSecond}, reset_on_triple_fault=0, ignore_bad_msrs=0");
        Line(text, $"megs: {options.MemoryMiB}");
        Line(text, $"clock: sync=none, time0=946684800");
        Line(text, $"ata0-master: type=cdrom, path=\"{options.IsoPath}\", status=inserted");
        Line(text, $"boot: cdrom");
        Line(text, $"com1: enabled=1, mode=socket-client, dev=127.0.0.1:{com1Port}");
        Line(text, $"com2: enabled=1, mode=socket-client, dev=127.0.0.1:{com2Port}");
        Line(text, $"port_e9_hack: enabled=1");
        Line(text, $"log: {log}");
        Line(text, $"panic: action=fatal");
        Line(text, $"error: action=report");
        Line(text, $"info: action=report");
        Line(text, $"debug: action=ignore");
        Line(text, $"sound: waveoutdrv=dummy, waveindrv=dummy, midioutdrv=dummy");
        Line(text, $"speaker: enabled=0");
        Line(text, $"mouse: enabled=0");
        return text.ToString();
    }

    /// <summary>The debugger's commands: those before the start, `c`, those at a break, `quit`.</summary>
    public static string WriteCommands(BochsOptions options) =>
        string.Concat(options.DebuggerCommands.Append("c").Concat(options.BreakCommands).Append("quit").Select(c => c + "\n"));

    static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
