// SPDX-License-Identifier: MIT

using System.Text;
using Muen.Sdk.Machine;

namespace Muen.Sdk.Cli.Running;

/// <summary>
/// Shows both serial ports of a machine in one place as they print. On a terminal: the console byte by byte, with its prompts; the kernel's
/// lines whole, above the line that is being written. Elsewhere a line is a unit: both ports line by line, in the order in which lines are complete; a line that stands open while
/// nobody prints, as a prompt does, is shown as far as it is.
/// </summary>
/// <param name="output">What is written to.</param>
/// <param name="width">Columns of the terminal that it is, 0 where they are not known; null when it is no terminal.</param>
sealed class LiveConsole(Stream output, Func<int>? width)
{
    readonly bool _isTerminal = width is not null;
    readonly List<byte> _kernelLine = [];
    readonly List<byte> _openLine = [];

    /// <summary>Bytes of the open line that are shown already; not on a terminal, which shows all.</summary>
    int _shown;

    /// <summary>Takes what a port printed; a transcript calls it, one call at a time.</summary>
    public void Show(string prefix, ReadOnlyMemory<byte> bytes)
    {
        if (prefix.Length > 0)
        {
            ShowKernel(prefix, bytes.Span);
        }
        else if (_isTerminal)
        {
            ShowConsole(bytes.Span);
        }
        else
        {
            ShowLines(bytes.Span);
        }

        output.Flush();
    }

    /// <summary>Shows what stands open on the console: nobody has printed for a while.</summary>
    public void Quiet()
    {
        if (!_isTerminal && _openLine.Count > _shown)
        {
            output.Write([.. _openLine[_shown..]]);
            output.Flush();
            _shown = _openLine.Count;
        }
    }

    /// <summary>Shows the lines that nobody will complete: the ports have ended.</summary>
    public void End()
    {
        if (!_isTerminal && _openLine.Count > 0)
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
            output.Write([.. _openLine[_shown..]]);
            output.Write(bytes[..(end + 1)]);
            _openLine.Clear();
            _shown = 0;
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
            if (_isTerminal)
            {
                // Takes the open line away, with the rows that it was wrapped into, and writes it again below.
                int rows = Rows();
                output.Write(Encoding.UTF8.GetBytes($"\r{(rows > 0 ? $"\e[{rows}A" : "")}\e[J\e[2m{line}\e[0m\r\n"));
                output.Write([.. _openLine]);
            }
            else
            {
                // A line of which a part is shown is broken off there; what comes of it later stands below, with its beginning.
                output.Write(Encoding.UTF8.GetBytes($"{(_shown > 0 ? "\n" : "")}{line}\n"));
                _shown = 0;
            }
        }
    }

    /// <summary>Rows of the terminal above the one in which the open line ends. Each character counts as one column wide.</summary>
    int Rows()
    {
        if (width!() is not (> 1 and int columns))
        {
            return 0;
        }

        (int row, int column) = (0, 0);
        foreach (Rune rune in Encoding.UTF8.GetString([.. _openLine]).EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '\b':
                    // Never into the row above.
                    column = Math.Max(Math.Min(column, columns - 1) - 1, 0);
                    break;
                case '\r':
                    column = 0;
                    break;
                case < ' ':
                    break;
                case var _ when column == columns:
                    // A full row keeps the cursor until the next character comes.
                    (row, column) = (row + 1, 1);
                    break;
                default:
                    column++;
                    break;
            }
        }

        return row;
    }
}
