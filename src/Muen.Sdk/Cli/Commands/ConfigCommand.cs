// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Text.Json;
using Muen.Sdk.Elf;

namespace Muen.Sdk.Cli.Commands;

/// <summary>`muen config`: what a binary needs of the system that runs it.</summary>
static class ConfigCommand
{
    const ulong Page = 4096;

    static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        Argument<string> file = Inputs.Path("ELF", "a kernel or subject");
        Option<bool> json = Inputs.Json();
        Command command = new("config", """
            show what a binary needs: its entry, its memory with rights and sections

            Exit code: 0, 1 the file is no binary, 2 the command line is wrong.

            Examples:
              muen config artifacts/systems/samples/crypter/system/subjects/client.elf
              muen config --json kernel.elf
            """) { file, json };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            Inputs.RequireFile(path, "binary");
            try
            {
                if (parsed.GetValue(json))
                {
                    Console.WriteLine(Json(ElfFile.Load(path)));
                }
                else
                {
                    Show(ElfFile.Load(path));
                }
            }
            catch (ElfException error)
            {
                throw new UserException(error.Message);
            }

            return 0;
        });
        return command;
    }

    static string Json(ElfFile elf) => JsonSerializer.Serialize(
        new
        {
            entry = elf.Entry,
            symbol = elf.Symbols.FirstOrDefault(s => s.Value == elf.Entry && s.Type == ElfSymbolType.Function)?.Name,
            memory = elf.LoadSegments.Select(s => new { address = s.VirtualAddress, size = s.MemorySize, rights = Rights(s.Flags) }),
        },
        s_json);

    static void Show(ElfFile elf)
    {
        Console.WriteLine($"entry    0x{elf.Entry:x}{(elf.Symbols.FirstOrDefault(s => s.Value == elf.Entry && s.Type == ElfSymbolType.Function) is { } symbol ? $" ({symbol.Name})" : "")}");
        ulong total = 0;
        foreach (ElfSegment segment in elf.LoadSegments)
        {
            ulong first = segment.VirtualAddress / Page * Page;
            ulong end = (segment.VirtualAddress + segment.MemorySize + Page - 1) / Page * Page;
            IEnumerable<string> sections = elf.Sections
                .Where(s => (s.Flags & ElfSectionFlags.Allocate) != 0 && s.Size != 0 && s.Address >= first && s.Address < end)
                .Select(s => $"{s.Name} {s.Size}");
            Console.WriteLine($"memory   0x{first:x} {Rights(segment.Flags)} {(end - first) / 1024,6} KiB  {string.Join(", ", sections)}");
            total += end - first;
        }

        Console.WriteLine($"in all   {total / 1024} KiB");
    }

    static string Rights(ElfSegmentFlags flags) =>
        $"{((flags & ElfSegmentFlags.Read) != 0 ? 'r' : '-')}{((flags & ElfSegmentFlags.Write) != 0 ? 'w' : '-')}{((flags & ElfSegmentFlags.Execute) != 0 ? 'x' : '-')}";
}
