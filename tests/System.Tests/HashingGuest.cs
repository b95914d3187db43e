// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Text;
using Iced.Intel;
using Muen.Abi;
using Muen.Sdk.Policy.Tests;
using static Iced.Intel.AssemblerRegisters;

namespace Muen.SystemTests;

/// <summary>
/// A 64-bit program of a VM, made with Iced, that is a client of samples/crypter: it lays out its two channels, sends a message to hash, sleeps in HLT until the answer's event interrupts it,
/// and prints the digest on its terminal. Addresses and numbers are those of tests/systems/hashing-guest.xml.
/// </summary>
static class HashingGuest
{
    const uint Code = 0x10_0000;
    const uint Tables = 0x10_2000;
    const uint Data = 0x10_4000;
    const uint Idt = 0x10_5000;
    const uint Stack = 0x10_F000;
    const uint Request = 0x40_0000;
    const uint Response = 0x50_0000;
    const uint Terminal = 0x60_0000;
    const int RequestEvent = 1;
    const int TerminalEvent = 2;
    const int Vector = 48;

    // Of the data: how often it was interrupted, digits, descriptor tables and where they are.
    const uint Woken = Data;
    const uint Digits = Data + 0x10;
    const uint Gdt = Data + 0x40;
    const uint GdtPointer = Data + 0x60;
    const uint IdtPointer = Data + 0x70;

    // Of samples/crypter and samples/vt: what their protocols say.
    const ulong RequestProtocol = 0x9D3C_71E4_5A08_B6F1;
    const int RequestSize = 24 + 4096;
    const ulong TerminalProtocol = 0x7E3B_20A9_51C4_D86F;
    const int TextSize = 64;
    const int Id = 0x5AFE;
    const int Sha256 = 1;
    const int FirstAndLast = 3;
    const int Done = 2;
    const int DigestLength = 32;

    /// <summary>The program.</summary>
    /// <param name="message">What it has hashed: at most 4096 bytes.</param>
    internal static byte[] Make(byte[] message)
    {
        var a = new Assembler(64);
        a.mov(rsp, Stack);
        a.lgdt(__[GdtPointer]);
        a.lidt(__[IdtPointer]);
        LayOut(a, Terminal, TerminalProtocol, TextSize, 0x1_0000);
        Print(a, 0, "This is a virtual machine. Its digest, by a subject in C#:\n");
        LayOut(a, Request, RequestProtocol, RequestSize, 0x1_0000);
        const uint element = Request + ChannelHeader.Size;
        a.mov(__qword_ptr[element], Id);
        a.mov(__dword_ptr[element + 8], Sha256);
        a.mov(__dword_ptr[element + 12], FirstAndLast);
        a.mov(__dword_ptr[element + 16], message.Length);
        a.mov(rsi, Data + 0x100);
        a.mov(rdi, element + 24);
        a.mov(ecx, message.Length);
        a.rep.movsb();
        Publish(a, Request, 1, RequestEvent);

        // Interrupts come between STI's next instruction, which is HLT, and its end only: none is missed.
        (Label wait, Label sleep, Label answered, Label failed, Label end) = (a.CreateLabel(), a.CreateLabel(), a.CreateLabel(), a.CreateLabel(), a.CreateLabel());
        a.Label(ref wait);
        a.cli();
        a.cmp(__dword_ptr[Woken], 0);
        a.je(sleep);
        a.cmp(__qword_ptr[Response + Offset(nameof(ChannelHeader.Written))], 1);
        a.jae(answered);
        a.Label(ref sleep);
        a.sti();
        a.hlt();
        a.jmp(wait);

        a.Label(ref answered);
        const uint answer = Response + ChannelHeader.Size;
        a.cmp(__qword_ptr[answer], Id);
        a.jne(failed);
        a.cmp(__dword_ptr[answer + 8], Done);
        a.jne(failed);
        a.mov(esi, (int)answer + 16);
        Hexadecimal(a, 1);
        Hexadecimal(a, 2);
        Publish(a, Terminal, 3, TerminalEvent);
        a.jmp(end);
        a.Label(ref failed);
        Print(a, 1, "refused\n");
        a.Label(ref end);
        a.sti();
        a.hlt();
        a.jmp(end);

        // The interrupt: one more.
        Label handler = a.CreateLabel();
        a.Label(ref handler);
        a.inc(__dword_ptr[Woken]);
        a.iretq();
        using var stream = new MemoryStream();
        AssemblerResult result = a.Assemble(new StreamCodeWriter(stream), Code, BlockEncoderOptions.ReturnNewInstructionOffsets);
        return GuestBinaries.Elf64(Code, (Code, 0x2000, 7, stream.ToArray()), (Tables, 0x2000, 7, PageTables()), (Data, 0x2000, 7, DataOf(message, result.GetLabelRIP(handler))));
    }

    static uint Offset(string field) => (uint)System.Runtime.InteropServices.Marshal.OffsetOf<ChannelHeader>(field);

    static void LayOut(Assembler a, uint channel, ulong protocol, int element, int size)
    {
        (string Field, ulong Value)[] header =
        [
            (nameof(ChannelHeader.Transport), ChannelHeader.ExpectedTransport), (nameof(ChannelHeader.Protocol), protocol), (nameof(ChannelHeader.ElementSize), (ulong)element),
            (nameof(ChannelHeader.ElementCount), (ulong)((size - ChannelHeader.Size) / element)), (nameof(ChannelHeader.Epoch), 1),
        ];
        foreach ((string field, ulong value) in header)
        {
            a.mov(rax, value);
            a.mov(__qword_ptr[channel + Offset(field)], rax);
        }
    }

    /// <summary>Says how many elements there are now, and tells the reader.</summary>
    static void Publish(Assembler a, uint channel, int count, int number)
    {
        a.mov(__qword_ptr[channel + Offset(nameof(ChannelHeader.WriteStart))], count);
        a.mov(__qword_ptr[channel + Offset(nameof(ChannelHeader.Written))], count);
        a.mov(eax, number);
        a.vmcall();
    }

    static void Print(Assembler a, int index, string text)
    {
        byte[] bytes = [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];
        for (int i = 0; i < bytes.Length; i++)
        {
            a.mov(__byte_ptr[Terminal + ChannelHeader.Size + (index * TextSize) + i], bytes[i]);
        }

        Publish(a, Terminal, index + 1, TerminalEvent);
    }

    /// <summary>Writes half of a digest, from ESI on, as an element of the terminal.</summary>
    static void Hexadecimal(Assembler a, int index)
    {
        Label next = a.CreateLabel();
        int element = (int)Terminal + ChannelHeader.Size + (index * TextSize);
        a.mov(__byte_ptr[element], DigestLength);
        a.mov(edi, element + 1);
        a.mov(ecx, DigestLength / 2);
        a.Label(ref next);
        a.movzx(eax, __byte_ptr[rsi]);
        a.mov(edx, eax);
        a.shr(edx, 4);
        a.and(eax, 15);
        a.mov(dl, __byte_ptr[rdx + Digits]);
        a.mov(dh, __byte_ptr[rax + Digits]);
        a.mov(__word_ptr[rdi], dx);
        a.add(edi, 2);
        a.inc(esi);
        a.dec(ecx);
        a.jne(next);
    }

    /// <summary>Three gibibytes in pages of one, mapped to themselves.</summary>
    static byte[] PageTables()
    {
        byte[] tables = new byte[0x2000];
        BinaryPrimitives.WriteUInt64LittleEndian(tables, Tables + 0x1003);
        for (int i = 0; i < 3; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(tables.AsSpan(0x1000 + (i * 8)), ((ulong)i << 30) | 0x83);
        }

        return tables;
    }

    static byte[] DataOf(byte[] message, ulong handler)
    {
        byte[] data = new byte[0x2000];
        "0123456789abcdef"u8.CopyTo(data.AsSpan((int)(Digits - Data)));
        Span<byte> gdt = data.AsSpan((int)(Gdt - Data));
        BinaryPrimitives.WriteUInt64LittleEndian(gdt[8..], 0x00AF_9A00_0000_FFFF);
        BinaryPrimitives.WriteUInt64LittleEndian(gdt[16..], 0x00CF_9200_0000_FFFF);
        Pointer(data.AsSpan((int)(GdtPointer - Data)), 24, Gdt);
        Pointer(data.AsSpan((int)(IdtPointer - Data)), 256 * 16, Idt);
        Span<byte> gate = data.AsSpan((int)(Idt - Data) + (Vector * 16));
        BinaryPrimitives.WriteUInt16LittleEndian(gate, (ushort)handler);
        BinaryPrimitives.WriteUInt32LittleEndian(gate[2..], 0x8E00_0008);
        BinaryPrimitives.WriteUInt16LittleEndian(gate[6..], (ushort)(handler >> 16));
        message.CopyTo(data, 0x100);
        return data;

        static void Pointer(Span<byte> at, int size, uint address)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)(size - 1));
            BinaryPrimitives.WriteUInt64LittleEndian(at[2..], address);
        }
    }
}
