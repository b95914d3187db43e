// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Text;
using System.Text.Json;
using Muen.Sdk.Cli.Building;
using Muen.Sdk.Cli.Running;

namespace Muen.Sdk.Cli.Commands;

/// <summary>`muen symbolize`: which lines of source the addresses are that a kernel or a subject printed, or that a memory dump holds.</summary>
static class SymbolizeCommand
{
    public static Command Create()
    {
        Argument<string> image = Inputs.Path("IMAGE", "the image that ran, where it was built: .iso or .elf");
        Argument<string?> file = new("FILE") { Description = "a transcript, or a dump of memory with the kernel's crash audit; none is standard input", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> subject = new("--subject") { Description = "whose panics the transcript shows (default: the subject that is stopped next)", HelpName = "NAME" };
        Option<bool> json = Inputs.Json();
        Command command = new("symbolize", """
            put functions, files and lines to the addresses of a transcript or crash audit

            Exit code: 0, 1 the image's programs are not there or the dump holds nothing, 2 the command line is wrong.

            Examples:
              muen symbolize artifacts/systems/samples/crypter/system/system.iso transcript.txt
              muen symbolize --json system.iso memory.dump
            """)
        {
            image, file, subject, json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            string path = parsed.GetRequiredValue(image);
            Inputs.RequireFile(path, "image");
            ProgramList programs = ProgramList.TryRead(path)
                ?? throw new UserException($"there is no {ProgramList.PathFor(path)}, which names the image's programs; take the image from the folder that it was built in");
            string? name = parsed.GetValue(subject);
            if (name is not null && !programs.Subjects.ContainsKey(name))
            {
                throw new UserException($"{path} has no program of a subject '{name}'; there are {string.Join(", ", programs.Subjects.Keys)}", UserException.Usage);
            }

            byte[] input = await Read(parsed.GetValue(file), cancellation);
            var symbolizer = new Symbolizer(programs);
            bool isText = input.AsSpan().IndexOf((byte)0) < 0;
            List<string> lines = [.. isText ? symbolizer.Text(Encoding.UTF8.GetString(input).TrimEnd('\n').Split('\n', StringSplitOptions.TrimEntries), name) : symbolizer.Dump(input)];
            if (lines.Count == 0)
            {
                throw new UserException("there is no crash audit in the dump: none of its pages begins with the kernel's mark");
            }

            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new { lines }));
            }
            else
            {
                lines.ForEach(Console.WriteLine);
            }

            return 0;
        });
        return command;
    }

    static async Task<byte[]> Read(string? path, CancellationToken cancellation)
    {
        if (path is not null)
        {
            Inputs.RequireFile(path, "transcript or dump");
            return await File.ReadAllBytesAsync(path, cancellation);
        }

        await using Stream input = Console.OpenStandardInput();
        using var all = new MemoryStream();
        await input.CopyToAsync(all, cancellation);
        return all.ToArray();
    }
}
