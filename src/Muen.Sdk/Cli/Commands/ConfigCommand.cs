// SPDX-License-Identifier: MIT

using System.CommandLine;
using Muen.Sdk.Elf;

namespace Muen.Sdk.Cli.Commands;

/// <summary>`muen config`: what a binary needs of the system that runs it.</summary>
static class ConfigCommand
{
    const ulong Page = 4096;

    public static Command Create()
    {
        Argument<string> file = Inputs.Path("ELF", "a kernel or subject");
        Command command = new("config", "show what a binary needs: its entry, its memory with rights and sections") { file };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            Inputs.RequireFile(path, "binary");
            try
            {
                Show(ElfFile.Load(path));
            }
            catch (ElfException error)
            {
                throw new UserException(error.Message);
            }

            return 0;
        });
        return command;
    }

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
