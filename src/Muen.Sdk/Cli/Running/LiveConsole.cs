// SPDX-License-Identifier: MIT

using System.Text;
using Muen.Sdk.Machine;

namespace Muen.Sdk.Cli.Running;

/// <summary>
/// Shows both serial ports of a machine in one place as they print. On a terminal: the console byte by byte, with its prompts; the kernel's
/// lines whole, above the line that is being written. Elsewhere a line is a unit: both ports line by line, in the order in which lines are complete.
/// </summary>
sealed class LiveConsole(Stream output, bool isTerminal)
{
    readonly List<byte> _kernelLine = [];
    readonly List<byte> _openLine = [];

    /// <summary>Takes what a port printed; a transcript calls it, one call at a time.</summary>
    public void Show(string prefix, ReadOnlyMemory<byte> bytes)
    {
        if (prefix.Length > 0)
        {
            ShowKernel(prefix, bytes.Span);
        }
        else if (isTerminal)
        {
            ShowConsole(bytes.Span);
        }
        else
        {
            ShowLines(bytes.Span);
        }

        output.Flush();
    }

    /// <summary>Shows the lines that nobody will complete: the ports have ended.</summary>
    public void End()
    {
        if (!isTerminal && _openLine.Count > 0)
        {
            ShowLines("\n"u8);
        }

        if (_kernelLine.Count > 0)
        {
            ShowKernel(Transcript.KernelPrefix, "\n"u8);
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

    void ShowLines(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.LastIndexOf((byte)'\n');
        if (end >= 0)
        {
            output.Write([.. _openLine]);
            output.Write(bytes[..(end + 1)]);
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
                output.Write(Encoding.UTF8.GetBytes($"{line}\n"));
            }
        }
    }
}
