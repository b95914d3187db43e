// SPDX-License-Identifier: MIT
using System.Text;

namespace Muen.Testing;

/// <summary>The other side of a subject's serial console: what it has written, and keys for it.</summary>
public sealed class SimulatedConsole
{
    const int Data = 0;
    const int LineControl = 3;
    const int LineStatus = 5;
    const uint DivisorLatch = 0x80;
    const uint Idle = 0x60;

    readonly Action _interrupt;
    readonly Queue<byte> _keys = new();
    readonly List<byte> _written = [];
    uint _lineControl;

    internal SimulatedConsole(Action interrupt) => _interrupt = interrupt;

    /// <summary>Everything written, as UTF-8.</summary>
    public string Text => Encoding.UTF8.GetString([.. _written]);

    /// <summary>The same by lines.</summary>
    public IReadOnlyList<string> Lines => Text.Split("\r\n");

    /// <summary>Types; the return key is <c>\r</c>. The subject sees it when the system runs.</summary>
    /// <param name="text">The keys.</param>
    public void Type(string text)
    {
        foreach (byte key in Encoding.UTF8.GetBytes(text))
        {
            _keys.Enqueue(key);
        }

        _interrupt();
    }

    internal uint Read(int offset, int width) => offset switch
    {
        Data => _keys.TryDequeue(out byte key) ? key : 0u,
        LineStatus => Idle | (_keys.Count != 0 ? 1u : 0u),
        _ => 0,
    };

    internal void Write(int offset, int width, uint value)
    {
        if (offset == LineControl)
        {
            _lineControl = value;
        }
        else if (offset == Data && (_lineControl & DivisorLatch) == 0)
        {
            _written.Add((byte)value);
        }
    }
}
