// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Text.Json;
using Muen.Sdk.Cli.Explain;
using Muen.Sdk.Policy;

namespace Muen.Sdk.Cli.Commands;

/// <summary>`muen explain`: what an error means, why it is one, and how it is mended.</summary>
static class ExplainCommand
{
    const string Prefix = "MUEN";

    const string Help = """
        explain an error by its code: what it means, an example that has it, and the example mended

        Without a code, all codes are listed.
        Exit code: 0, 2 there is no such code or the command line is wrong.

        Examples:
          muen explain MUEN1409
          muen explain 1409
          muen explain --json MUEN5202
        """;

    static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        Argument<string?> code = new("MUENnnnn") { Description = "the code", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> json = Inputs.Json();
        Command command = new("explain", Help) { code, json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(code) is { } wanted)
            {
                Explain(Find(wanted), parsed.GetValue(json));
            }
            else
            {
                List(parsed.GetValue(json));
            }

            return 0;
        });
        return command;
    }

    // As a message has it, in small letters, or the number alone.
    static string Find(string wanted)
    {
        string code = wanted.ToUpperInvariant();
        code = code.StartsWith(Prefix, StringComparison.Ordinal) ? code : Prefix + code;
        if (ErrorPages.Codes.Contains(code))
        {
            return code;
        }

        string advice = Spelling.Nearest(code, [.. ErrorPages.Codes]) is { } near ? $"did you mean {near}? muen explain lists all" : "muen explain lists all";
        throw new UserException($"there is no error '{wanted}'; {advice}", UserException.Usage);
    }

    static void Explain(string code, bool json)
    {
        string page = ErrorPages.Read(code);
        Console.WriteLine(json ? JsonSerializer.Serialize(new { code, title = ErrorPages.Title(page), markdown = page }, s_json) : ErrorPages.Plain(page));
    }

    static void List(bool json)
    {
        var all = ErrorPages.Codes.Select(code => new { code, title = ErrorPages.Title(ErrorPages.Read(code)) });
        Console.WriteLine(json ? JsonSerializer.Serialize(all, s_json) : string.Join('\n', all.Select(e => $"{e.code}  {e.title}")));
    }
}
