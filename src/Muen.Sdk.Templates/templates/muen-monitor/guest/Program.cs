using System;
using Muen;

/// <summary>
/// Writes to an I/O port and reads the clock, as if both were its own. The policy grants it neither: each access is an exit, which the monitor answers.
/// </summary>
static class Program
{
    static readonly Ports s_port = new(0xE9, 1);

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
        foreach (byte b in text)
        {
            s_port.Write8(0, b);
        }
    }
}
