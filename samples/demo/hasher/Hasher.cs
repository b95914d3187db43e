// SPDX-License-Identifier: MIT
using System;
using System.Runtime.CompilerServices;
using Muen.Samples.Crypter;
using Muen.Samples.Crypter.Client;
using Muen.Samples.Terminals;

namespace Muen.Samples.Demo;

/// <summary>Takes lines from its terminal, has them hashed by a service on another processor, and prints the digests.</summary>
static class Hasher
{
    const int LineLength = 256;

    static TerminalClient s_terminal;
    static HashClient s_service;
    static LineBuffer s_line;

    internal static void Main()
    {
        s_terminal = TerminalClient.Open();
        s_service = new HashClient(Component.Channels.Request.Open(), Component.Channels.Response.Open());
        s_terminal.WriteLine("Type a line: the service on processor 2 hashes it (SHA-256)."u8);
        while (true)
        {
            s_terminal.Write("> "u8);
            ReadOnlySpan<byte> line = s_terminal.ReadLine(s_line);
            HashStatus status = s_service.Sha256(line, out Digest digest);
            if (status == HashStatus.Done)
            {
                Print(in digest);
            }
            else
            {
                s_terminal.WriteLine("The service refused."u8);
            }
        }
    }

    static void Print(in Digest digest)
    {
        Span<byte> text = stackalloc byte[96];
        int length = Text.Format(text, $"{digest:x}\n");
        s_terminal.Write(text[..length]);
    }

    [InlineArray(LineLength)]
    struct LineBuffer
    {
        byte _first;
    }
}
