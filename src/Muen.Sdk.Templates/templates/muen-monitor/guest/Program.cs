using System;
using Muen;

/// <summary>
/// Writes to an I/O port and reads the clock, as if both were its own. The policy grants it neither: each access is an exit, which the monitor answers.
/// </summary>
static class Program
{
    static void Main()
    {
        Span<byte> text = stackalloc byte[64];
        Write("Hello from the guest.\n"u8);
        ulong second = 1000 * Time.TicksPerMillisecond;
        ulong start = Time.Tsc;
        for (uint i = 1; ; i++)
        {
            while (Time.Tsc - start < i * second)
            {
            }

            Write(text[..Text.Format(text, $"I have run for {i} s.\n")]);
        }
    }

    static void Write(ReadOnlySpan<byte> text)
    {
        // Ports that nobody granted: a probe, which exits.
        Ports port = Probe.PortsAt(0xE9, 1);
        foreach (byte b in text)
        {
            port.Write8(0, b);
        }
    }
}
