// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Text.Json;
using Muen.Sdk.Image;
using Muen.Sdk.Policy;
using Muen.Sdk.Verify;
using Spectre.Console;

namespace Muen.Sdk.Cli.Commands;

/// <summary>`muen diff`: what authority changed between two policies, or between two images.</summary>
static class DiffCommand
{
    /// <summary>Exit code when somebody can do more, less or something else than before.</summary>
    const int Different = 3;

    /// <summary>Objects that are named in one cell; JSON names all.</summary>
    const int MostObjects = 4;

    const string Help = """
        show what authority changed between two policies, or between two images: who can now reach what

        Policies are compared by what they say, without their programs; images by their bytes. Addresses and numbers that the compiler chose do not count.
        Exit code: 0 everybody can do the same, 3 somebody can do something else, 1 one of them cannot be read, 2 the command line is wrong.

        Examples:
          muen diff system.old.xml system.xml
          muen diff --json release/system.iso artifacts/systems/samples/crypter/system/system.iso
        """;

    static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        Argument<string> before = Inputs.Path("OLD", "a policy or a packed image");
        Argument<string> after = Inputs.Path("NEW", "the same kind of file");
        Option<bool> json = Inputs.Json();
        Command command = new("diff", Help) { before, after, json };
        command.SetAction(parsed =>
        {
            string oldPath = parsed.GetRequiredValue(before);
            string newPath = parsed.GetRequiredValue(after);
            if (IsPolicy(oldPath) != IsPolicy(newPath))
            {
                throw new UserException($"{oldPath} and {newPath} are a policy and an image, which name things differently; compare two of a kind, or use muen verify", UserException.Usage);
            }

            IReadOnlyList<RightChange> changes = AuthorityDifference.Between(Read(oldPath), Read(newPath));
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(
                    new
                    {
                        old = oldPath,
                        @new = newPath,
                        same = changes.Count == 0,
                        changes = changes.Select(c => new { c.Change, kind = Name(c.Kind), c.Subject, c.Object, c.Before, c.After }),
                    },
                    s_json));
            }
            else
            {
                Show(changes);
            }

            return changes.Count == 0 ? 0 : Different;
        });
        return command;
    }

    static string Name(RightKind kind) => kind.ToString().ToLowerInvariant();

    // What begins like XML, after a byte order mark and spaces.
    static bool IsPolicy(string path)
    {
        Inputs.RequireFile(path, "policy or image");
        using FileStream file = File.OpenRead(path);
        byte[] start = new byte[64];
        int length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        int first = start.AsSpan(0, length).IndexOfAnyExcept(" \t\r\n\uFEFF"u8);
        return first >= 0 && start[first] is (byte)'<' or 0xFE or 0xFF || path.EndsWith(".xml", StringComparison.OrdinalIgnoreCase);
    }

    static Authority Read(string path)
    {
        if (!IsPolicy(path))
        {
            return Authority.Of(ImageReader.Load(path), path) ?? throw new UserException($"{path}: the image has no tables that this version reads; muen verify says what is wrong");
        }

        var bag = new DiagnosticBag();
        return Authority.Of(path, bag) ?? throw new UserException(string.Join('\n', bag.Sorted.Where(d => !Authority.IsOfFiles(d))));
    }

    static void Show(IReadOnlyList<RightChange> changes)
    {
        if (changes.Count == 0)
        {
            Console.WriteLine("everybody can do the same");
            return;
        }

        Table table = PlainTable.New("", "subject", "right", "to", "before", "now");

        // What changed alike for many objects, as traps do, is one line.
        foreach (IGrouping<(RightKind Kind, string Subject, string? Before, string? After), RightChange> alike in changes.GroupBy(c => (c.Kind, c.Subject, c.Before, c.After)))
        {
            RightChange first = alike.First();
            string sign = first.Before is null ? "+" : first.After is null ? "-" : "~";
            PlainTable.Row(table, sign, first.Subject, Name(first.Kind), Objects([.. alike.Select(c => c.Object)]), first.Before ?? "", first.After ?? "");
        }

        PlainTable.Write(table);
    }

    static string Objects(string[] objects) => objects.Length <= MostObjects + 1
        ? string.Join(", ", objects)
        : $"{string.Join(", ", objects.Take(MostObjects))} and {objects.Length - MostObjects} more";
}
