// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Text.Json;
using Muen.Sdk.Policy.Schema;

namespace Muen.Sdk.Cli.Commands;

/// <summary>`muen schema`: what may stand in a policy, for XML editors and for readers.</summary>
static class SchemaCommand
{
    const string Help = """
        print the XML schema of policies, by which editors complete and explain

        Exit code: 0, 1 the file cannot be written, 2 the command line is wrong.

        Examples:
          muen schema -o muen-policy.xsd
          muen schema --markdown -o policy-reference.md
        """;

    public static Command Create()
    {
        Option<bool> markdown = new("--markdown") { Description = "print the reference that is made from the schema" };
        Option<bool> json = Inputs.Json();
        Option<string?> output = Inputs.TextOutput();
        Command command = new("schema", Help) { markdown, json, output };
        command.SetAction(parsed =>
        {
            string text = PolicySchema.Write();
            if (parsed.GetValue(markdown))
            {
                text = PolicyReference.Write(text);
            }

            if (parsed.GetValue(json))
            {
                text = JsonSerializer.Serialize(new Dictionary<string, string> { [parsed.GetValue(markdown) ? "markdown" : "schema"] = text }) + "\n";
            }

            Inputs.Print(text, parsed.GetValue(output));
            return 0;
        });
        return command;
    }
}
