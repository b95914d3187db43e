// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using Iced.Intel;
using Muen.Sdk.Elf;
using static Iced.Intel.AssemblerRegisters;

namespace Muen.Sdk.Machine.Tests;

/// <summary>
/// The smallest thing that GRUB starts: a multiboot2 header and 32-bit code that talks over the serial ports. It stands in for a
/// system, so that disc and machine are tested without one.
/// </summary>
sealed class TinyKernel
{
    public const ushort Com1 = 0x3F8;
    public const ushort Com2 = 0x2F8;

    const uint Load = 0x10_0000;

    readonly Assembler _code = new(32);

    /// <summary>The header's tags end with one of type 0; the code begins behind it.</summary>
    static byte[] Header()
    {
        byte[] header = new byte[24];
        uint[] words = [0xE852_50D6, 0, 24, unchecked(0u - 0xE852_50D6 - 24), 0, 8];
        for (int i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4 * i), words[i]);
        }

        return header;
    }

    /// <summary>8 data bits: after a reset the UART has 5.</summary>
    public TinyKernel Open(ushort port) => Out((ushort)(port + 3), 3);

    /// <summary>Prints ASCII text, each byte when the one before has left the UART.</summary>
    public TinyKernel Print(ushort port, string text)
    {
        foreach (char c in text)
        {
            Await((ushort)(port + 5), 0x20);
            Out(port, (byte)c);
        }

        return this;
    }

    /// <summary>Sends back what comes in, until <paramref name="last"/> came and was sent.</summary>
    public TinyKernel EchoUntil(ushort port, char last)
    {
        Label again = _code.CreateLabel();
        _code.Label(ref again);
        Await((ushort)(port + 5), 0x01);
        _code.mov(dx, port);
        _code.@in(al, dx);
        _code.mov(bl, al);
        Await((ushort)(port + 5), 0x20);
        _code.mov(dx, port);
        _code.mov(al, bl);
        _code.@out(dx, al);
        _code.cmp(bl, (byte)last);
        _code.jne(again);
        return this;
    }

    /// <summary>Waits until a serial port sent everything, then ends the run through Bochs' port 0x8900.</summary>
    public TinyKernel Shutdown(ushort port)
    {
        Await((ushort)(port + 5), 0x40);
        foreach (char c in "Shutdown")
        {
            Out(0x8900, (byte)c);
        }

        return Spin();
    }

    /// <summary>An exception without an IDT, thus a triple fault.</summary>
    public TinyKernel TripleFault()
    {
        _code.push(0);
        _code.push(0);
        _code.lidt(__fword_ptr[esp]);
        _code.ud2();
        return this;
    }

    /// <summary>Does nothing for ever.</summary>
    public TinyKernel Spin()
    {
        Label here = _code.CreateLabel();
        _code.Label(ref here);
        _code.pause();
        _code.jmp(here);
        return this;
    }

    /// <summary>The segment: header and code.</summary>
    public byte[] Image()
    {
        byte[] header = Header();
        using var stream = new MemoryStream();
        stream.Write(header);
        _code.Assemble(new StreamCodeWriter(stream), Load + (ulong)header.Length);
        return stream.ToArray();
    }

    /// <summary>Writes the ELF.</summary>
    public void Write(string path)
    {
        byte[] image = Image();
        using FileStream file = File.Create(path);
        ElfExecutable.Write(
            file,
            Load + (uint)Header().Length,
            [new(ElfSegmentType.Load, ElfSegmentFlags.Read | ElfSegmentFlags.Write | ElfSegmentFlags.Execute, Load, Load, (ulong)image.Length + 65536, 4096, image)]);
    }

    TinyKernel Out(ushort port, byte value)
    {
        _code.mov(dx, port);
        _code.mov(al, value);
        _code.@out(dx, al);
        return this;
    }

    void Await(ushort port, byte bit)
    {
        Label again = _code.CreateLabel();
        _code.mov(dx, port);
        _code.Label(ref again);
        _code.@in(al, dx);
        _code.test(al, bit);
        _code.je(again);
    }
}
