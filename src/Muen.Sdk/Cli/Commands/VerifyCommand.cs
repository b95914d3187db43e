// SPDX-License-Identifier: MIT

using System.CommandLine;
using Muen.Sdk.Cli.Building;
using Muen.Sdk.Image;
using Muen.Sdk.Policy;
using Muen.Sdk.Verify;

namespace Muen.Sdk.Cli.Commands;

/// <summary>`muen verify`: who can do what, from an image's bytes, held against a policy.</summary>
static class VerifyCommand
{
    const string Help = """
        verify an image: read from its bytes alone who can do what, and compare that with the policy

        Without a policy only what must hold of every system is checked. Programs are taken from where the build left them.
        Exit code: 0 the image is as it must be, 1 it is not (or could not be compared), 2 the command line is wrong.

        Examples:
          muen verify artifacts/systems/samples/crypter/system/system.iso samples/crypter/system.xml
          muen verify --json system.elf
        """;

    public static Command Create()
    {
        Argument<string> image = Inputs.Path("IMAGE", "a packed ELF or ISO image");
        Argument<string> policy = Inputs.Path("system.xml", "the policy that it must be as");
        policy.Arity = ArgumentArity.ZeroOrOne;
        Option<string?> kernel = new("--kernel") { Description = "the kernel's ELF; by default the one that the image was packed from", HelpName = "FILE" };
        Option<string[]> files = Inputs.Files();
        Option<bool> json = Inputs.Json();
        Option<bool> harmless = new("--harmless") { Description = "list what changes neither authority nor meaning, too" };
        Command command = new("verify", Help) { image, policy, kernel, files, json, harmless };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(image);
            Inputs.RequireFile(path, "image");
            string? policyPath = parsed.GetValue(policy);
            BuildOptions? options = policyPath is null ? null : Inputs.Build(policyPath, null, parsed.GetValue(kernel), parsed.GetValue(files) ?? []);
            VerificationResult result = Verifier.Verify(ImageReader.Load(path), options is null ? null : Read(path, options));
            if (parsed.GetValue(json))
            {
                Console.WriteLine(VerificationReport.Json(path, policyPath, result));
            }
            else
            {
                Say(path, policyPath, result, parsed.GetValue(harmless));
            }

            return result.HasErrors ? UserException.Failure : 0;
        });
        return command;
    }

    static void Say(string image, string? policy, VerificationResult result, bool harmless)
    {
        string text = VerificationReport.Text(image, result, harmless);
        if (text.Length > 0)
        {
            Console.Error.WriteLine(text);
        }

        int count = result.Counts.Where(c => c.Key.IsHarmless).Sum(c => c.Value);
        string others = count == 0 ? "" : $"; {count} harmless {(count == 1 ? "difference" : "differences")}{(harmless ? "" : ", which --harmless lists")}";
        if (!result.HasErrors)
        {
            Console.WriteLine(policy is null
                ? $"{image}: what must hold of every system holds; name its policy to compare it with that{others}"
                : $"{image}: everybody can do what {policy} says, and nothing else{others}");
        }
    }

    static Expectation Read(string image, BuildOptions options)
    {
        var bag = new DiagnosticBag();
        return Expectation.Of(PackedInput.Of(image, options), bag) ?? throw new UserException(string.Join('\n', bag.Sorted));
    }
}
