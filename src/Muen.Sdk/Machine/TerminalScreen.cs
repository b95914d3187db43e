// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text;

namespace Muen.Sdk.Machine;

/// <summary>
/// What a terminal of 80 by 25 characters shows after what has come in: the sequences of ECMA-48 that move the cursor, choose colours and erase. For scripts and tests that
/// compare screens of a guest that draws on a serial line.
/// </summary>
/// <remarks>Several threads may call it.</remarks>
public sealed class TerminalScreen
{
    /// <summary>Characters of a line.</summary>
    public const int Columns = 80;

    /// <summary>Lines.</summary>
    public const int Rows = 25;

    /// <summary>What a terminal sends for F1 to F12: those of a VT220, F1 to F4 of its pad.</summary>
    public static IReadOnlyList<string> FunctionKeys { get; } =
    [
        "\u001bOP", "\u001bOQ", "\u001bOR", "\u001bOS", "\u001b[15~", "\u001b[17~", "\u001b[18~", "\u001b[19~", "\u001b[20~", "\u001b[21~", "\u001b[23~", "\u001b[24~",
    ];

    readonly Lock _gate = new();
    readonly char[] _characters = new char[Rows * Columns];
    readonly (byte Foreground, byte Background)[] _colours = new (byte, byte)[Rows * Columns];
    readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    readonly StringBuilder _sequence = new();
    TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    (byte Foreground, byte Background) _colour = (7, 0);
    bool _inSequence;
    int _row;
    int _column;

    /// <summary>An empty screen.</summary>
    public TerminalScreen() => Erase();

    /// <summary>Whether the cursor is to be seen.</summary>
    public bool CursorVisible { get; private set; } = true;

    /// <summary>Where the cursor stands, from 0.</summary>
    public (int Row, int Column) Cursor => (_row, _column);

    /// <summary>The lines, without the spaces at their ends.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
            {
                return [.. Enumerable.Range(0, Rows).Select(r => new string(_characters, r * Columns, Columns).TrimEnd())];
            }
        }
    }

    /// <summary>A cell: its character and its colours in ECMA-48's order, 0 to 15.</summary>
    public (char Character, byte Foreground, byte Background) this[int row, int column]
    {
        get
        {
            lock (_gate)
            {
                int cell = (row * Columns) + column;
                return (_characters[cell], _colours[cell].Foreground, _colours[cell].Background);
            }
        }
    }

    /// <summary>Takes in what has come.</summary>
    /// <param name="bytes">UTF-8; a character may be cut anywhere.</param>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            char[] text = new char[bytes.Length + 1];
            int count = _decoder.GetChars(bytes, text, flush: false);
            foreach (char c in text.AsSpan(0, count))
            {
                Take(c);
            }

            changed = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }

    /// <summary>Reads a stream until it ends or is disposed.</summary>
    public async Task FollowAsync(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        byte[] buffer = new byte[4096];
        try
        {
            int count;
            while ((count = await stream.ReadAsync(buffer).ConfigureAwait(false)) > 0)
            {
                Feed(buffer.AsSpan(0, count));
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // The machine is gone.
        }
    }

    /// <summary>Waits until the screen is as wanted.</summary>
    /// <param name="wanted">Looks at the lines.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="what">What is waited for, for the message.</param>
    /// <exception cref="MachineException">It was not in time; the message shows the screen.</exception>
    public async Task WaitForAsync(Func<IReadOnlyList<string>, bool> wanted, TimeSpan timeout, string what)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        Task limit = Task.Delay(timeout);
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                changed = _changed.Task;
            }

            if (wanted(Lines))
            {
                return;
            }

            if (await Task.WhenAny(changed, limit).ConfigureAwait(false) == limit)
            {
                throw new MachineException($"the screen did not show {what} in {timeout.TotalSeconds:0.###} s; it shows:\n{string.Join('\n', Lines.Select(l => "  " + l))}");
            }
        }
    }

    void Take(char c)
    {
        if (_inSequence)
        {
            if (_sequence.Length == 0 && c != '[')
            {
                _inSequence = false;
                return;
            }

            _sequence.Append(c);
            if (_sequence.Length > 1 && c is >= '@' and <= '~')
            {
                _inSequence = false;
                Execute(_sequence.ToString(1, _sequence.Length - 2), c);
            }

            return;
        }

        switch (c)
        {
            case '\u001b':
                _inSequence = true;
                _sequence.Clear();
                break;
            case '\r':
                _column = 0;
                break;
            case '\n':
                LineFeed();
                break;
            case '\b':
                _column = Math.Max(_column - 1, 0);
                break;
            default:
                if (c >= ' ')
                {
                    if (_column == Columns)
                    {
                        _column = 0;
                        LineFeed();
                    }

                    _characters[(_row * Columns) + _column] = c;
                    _colours[(_row * Columns) + _column] = _colour;
                    _column++;
                }

                break;
        }
    }

    /// <summary>The next line; from the last one all lines go up.</summary>
    void LineFeed()
    {
        if (_row < Rows - 1)
        {
            _row++;
            return;
        }

        Array.Copy(_characters, Columns, _characters, 0, (Rows - 1) * Columns);
        Array.Copy(_colours, Columns, _colours, 0, (Rows - 1) * Columns);
        Array.Fill(_characters, ' ', (Rows - 1) * Columns, Columns);
        Array.Fill(_colours, ((byte)7, (byte)0), (Rows - 1) * Columns, Columns);
    }

    void Execute(string parameters, char final)
    {
        int[] numbers = [.. parameters.TrimStart('?').Split(';').Select(p => int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : 0)];
        switch (final)
        {
            case 'H':
                _row = Math.Clamp(numbers[0] - 1, 0, Rows - 1);
                _column = Math.Clamp((numbers.Length > 1 ? numbers[1] : 1) - 1, 0, Columns - 1);
                break;
            case 'J' when numbers[0] == 2:
                Erase();
                break;
            case 'm':
                foreach (int n in numbers)
                {
                    _colour = n switch
                    {
                        >= 30 and <= 37 => _colour with { Foreground = (byte)(n - 30) },
                        >= 90 and <= 97 => _colour with { Foreground = (byte)(n - 82) },
                        >= 40 and <= 47 => _colour with { Background = (byte)(n - 40) },
                        >= 100 and <= 107 => _colour with { Background = (byte)(n - 92) },
                        _ => (7, 0),
                    };
                }

                break;
            case 'h' or 'l' when parameters == "?25":
                CursorVisible = final == 'h';
                break;
        }
    }

    void Erase()
    {
        Array.Fill(_characters, ' ');
        Array.Fill(_colours, ((byte)7, (byte)0));
    }
}
