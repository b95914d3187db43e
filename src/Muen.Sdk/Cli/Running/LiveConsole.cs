// SPDX-License-Identifier: MIT

using System.Text;
using Muen.Sdk.Machine;

namespace Muen.Sdk.Cli.Running;

/// <summary>
/// Shows both serial ports of a machine on one terminal as they print: the console byte by byte, with its prompts; the kernel's
/// lines whole, above the line that is being written.
/// </summary>
sealed class LiveConsole(Stream output, bool isTerminal)
{
    readonly List<byte> _kernelLine = [];
    readonly List<byte> _openLine = [];

    /// <summary>Takes what a port printed; a transcript calls it, one call at a time.</summary>
    public void Show(string prefix, ReadOnlyMemory<byte> bytes)
    {
        if (prefix.Length == 0)
        {
            ShowConsole(bytes.Span);
        }
        else
        {
            ShowKernel(prefix, bytes.Span);
        }

        output.Flush();
    }

    void ShowConsole(ReadOnlySpan<byte> bytes)
    {
        output.Write(bytes);
        int end = bytes.LastIndexOf((byte)'\n');
        if (end >= 0)
        {
            _openLine.Clear();
        }

        _openLine.AddRange(bytes[(end + 1)..]);
    }

    void ShowKernel(string prefix, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            if (value != '\n')
            {
                _kernelLine.Add(value);
                continue;
            }

            string line = prefix + Encoding.UTF8.GetString([.. _kernelLine]).TrimEnd('\r');
            _kernelLine.Clear();
            if (isTerminal)
            {
                // Takes the open line away, and writes it again below.
                output.Write(Encoding.UTF8.GetBytes($"\r\e[K\e[2m{line}\e[0m\r\n"));
                output.Write([.. _openLine]);
            }
            else
            {
                output.Write(Encoding.UTF8.GetBytes($"{(_openLine.Count > 0 ? "\n" : "")}{line}\n"));
                _openLine.Clear();
            }
        }
    }
}
