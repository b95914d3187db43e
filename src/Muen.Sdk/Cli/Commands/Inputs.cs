// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Muen.Sdk.Cli.Building;
using Muen.Sdk.Elf;
using Muen.Sdk.Machine;

namespace Muen.Sdk.Cli.Commands;

/// <summary>Arguments and options that several commands share, and the checks that they share.</summary>
static class Inputs
{
    /// <summary>Given by our own MSBuild targets: errors in the form that MSBuild reads, no progress, no summary.</summary>
    public static Option<bool> MSBuild { get; } = new("--msbuild") { Description = "print only errors, as MSBuild reads them", Recursive = true, Hidden = true };

    public static Argument<string> Policy() => Path("system.xml", "the policy");

    /// <summary>A path. A word that begins with a stroke is no file, but an option that there is not, or the user says so: `./-name`.</summary>
    public static Argument<string> Path(string name, string description)
    {
        Argument<string> argument = new(name) { Description = description };
        argument.Validators.Add(RefuseOptions);
        return argument;
    }

    /// <inheritdoc cref="Path"/>
    public static Argument<string[]> Paths(string name, string description)
    {
        Argument<string[]> argument = new(name) { Description = description, Arity = ArgumentArity.ZeroOrMore };
        argument.Validators.Add(RefuseOptions);
        return argument;
    }

    public static Option<string?> Output() => new("--output", "-o") { Description = "folder for what is made", HelpName = "DIR" };

    /// <summary>The file for a command's text; <see cref="Print"/> takes it.</summary>
    public static Option<string?> TextOutput() => new("--output", "-o") { Description = "write to FILE", HelpName = "FILE" };

    /// <summary>Writes a command's text to the file that was asked for, else to standard output.</summary>
    public static void Print(string text, string? file)
    {
        if (file is not null)
        {
            WholeFile.Write(file, temporary => File.WriteAllText(temporary, text));
        }
        else
        {
            Console.Write(text);
        }
    }

    public static Option<string?> Kernel() => new("--kernel") { Description = "kernel ELF; by default the one of this source tree is built", HelpName = "FILE" };

    public static Option<string[]> Files() =>
        new("--file") { Description = "take PATH for the file that the policy calls NAME", HelpName = "NAME=PATH", DefaultValueFactory = _ => [] };

    public const string JsonName = "--json";

    public static Option<bool> Json() => new(JsonName) { Description = "print JSON" };

    public static Option<string?> Model() => new("--model") { Description = $"Bochs' processor (default: {BochsOptions.Models[0]}; another is {BochsOptions.Models[1]})", HelpName = "NAME" };

    /// <summary>The processor that a command was given, or the default. One that cannot be is refused here, before anything is built for it.</summary>
    public static string ModelOf(ParseResult parsed, Option<string?> option)
    {
        string model = parsed.GetValue(option) ?? BochsOptions.Models[0];
        BochsProgram.Find().RequireModel(model);
        return model;
    }

    /// <summary>A whole number in a range; anything else is one line.</summary>
    public static Option<int?> Number(string name, string help, string description, int from, int to) => new(name)
    {
        Description = description,
        HelpName = help,
        CustomParser = result =>
        {
            string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= from && value <= to)
            {
                return value;
            }

            result.AddError($"{name} takes a whole number from {from} to {to}, not '{text}'");
            return null;
        },
    };

    /// <summary>Reads what a build command was given.</summary>
    /// <exception cref="UserException">A path cannot be what it should be.</exception>
    public static BuildOptions Build(ParseResult parsed, Argument<string> policy, Option<string?> output, Option<string?> kernel, Option<string[]> files) =>
        Build(parsed.GetRequiredValue(policy), parsed.GetValue(output), parsed.GetValue(kernel), parsed.GetValue(files) ?? []);

    /// <inheritdoc cref="Build(ParseResult, Argument{string}, Option{string?}, Option{string?}, Option{string[]})"/>
    public static BuildOptions Build(string policy, string? output, string? kernel, IEnumerable<string> files)
    {
        if (kernel is not null)
        {
            RequireFile(kernel, "kernel");
        }

        if (output is not null && File.Exists(output))
        {
            throw new UserException($"{output} is a file; --output takes a folder");
        }

        // Whether the policy is there, the build finds out: it first removes the image of a better day.
        string full = System.IO.Path.GetFullPath(policy);
        string folder = output is not null ? System.IO.Path.GetFullPath(output) : Checkout.OutputOf(full);
        return new(policy, folder, kernel, Replacements(files));
    }

    /// <summary>Refuses a path that is not a file that can be read.</summary>
    public static void RequireFile(string path, string what)
    {
        if (Directory.Exists(path))
        {
            throw new UserException($"{path} is a directory, not a {what}");
        }

        if (!File.Exists(path))
        {
            throw new UserException($"there is no {what} {path}");
        }

        try
        {
            using FileStream file = File.OpenRead(path);
        }
        catch (UnauthorizedAccessException)
        {
            throw new UserException($"no permission to read the {what} {path}");
        }
    }

    /// <summary>Refuses a path at which no program can be made.</summary>
    public static void RequirePlace(string path)
    {
        if (Directory.Exists(path))
        {
            throw new UserException($"{path} is a directory; --output takes a file");
        }

        if (SpecialFile.Is(path))
        {
            throw new UserException($"{path} is a device or a pipe; --output takes a file");
        }
    }

    static void RefuseOptions(ArgumentResult result)
    {
        if (result.Tokens.Any(t => t.Value.Length == 0))
        {
            result.AddError($"{result.Argument.Name} is empty");
        }

        foreach (string word in result.Tokens.Select(t => t.Value).Where(w => w.StartsWith('-') && !File.Exists(w)))
        {
            result.AddError($"Unrecognized option '{word}'");
        }
    }

    static Dictionary<string, string> Replacements(IEnumerable<string> files)
    {
        var replacements = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string text in files)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new UserException($"--file takes NAME=PATH, not '{text}'", UserException.Usage);
            }

            RequireFile(text[(equals + 1)..], "file");
            if (!replacements.TryAdd(text[..equals], System.IO.Path.GetFullPath(text[(equals + 1)..])))
            {
                throw new UserException($"--file names '{text[..equals]}' twice", UserException.Usage);
            }
        }

        return replacements;
    }
}
