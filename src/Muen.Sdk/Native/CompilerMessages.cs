// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Text.RegularExpressions;

namespace Muen.Sdk.Native;

/// <summary>What ilc writes, as findings with the place in the source where it can be found.</summary>
static partial class CompilerMessages
{
    internal static void Read(string text, int exit, bool hasOutput, ManagedSource source, List<NativeFinding> findings)
    {
        string? error = null;
        string? cause = null;
        foreach (string line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            // ilc puts a panic in the place of a method that it cannot compile, and only warns.
            if (AlwaysThrows().Match(line) is { Success: true } broken)
            {
                (string? file, int at) = source.Method(broken.Groups["method"].Value);
                findings.Add(new NativeFinding("MUEN3022", $"{broken.Groups["method"].Value} cannot be compiled: {broken.Groups["why"].Value}", file, at));
            }
            else if (line.StartsWith("Error: ", StringComparison.Ordinal) || line.StartsWith("Unhandled exception. ", StringComparison.Ordinal))
            {
                error ??= line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..];
            }
            else if (line.StartsWith("---> ", StringComparison.Ordinal))
            {
                cause = line[5..];
            }
        }

        if (exit == 0 && hasOutput)
        {
            return;
        }

        (string? path, int number) = error is not null && Method().Match(error) is { Success: true } method ? source.Method(method.Groups["method"].Value) : (null, 0);
        string message = error is null ? $"the compiler ended with code {exit}: {text.Trim()}" : cause is null ? error : $"{error}: {cause}";
        if ((cause ?? error) is { } reason && MissingType().Match(reason) is { Success: true } type)
        {
            message = $"{error}: this construct needs {type.Groups["what"].Value}, which a program without a runtime does not have";
        }

        findings.Add(new NativeFinding("MUEN3003", message, path, number));
    }

    // The file and line in front of it, which are there when there are symbols, are those that the compiler was given.
    [GeneratedRegex(@": AOT analysis \w+ IL\d+: (?<method>.+?): Method will always throw because: (?<why>.+)$")]
    private static partial Regex AlwaysThrows();

    [GeneratedRegex(@"'(?<method>\[[^\]]+\][^']+)'")]
    private static partial Regex Method();

    [GeneratedRegex(@"Expected (type|method|field) '(?<what>[^']+)' not found")]
    private static partial Regex MissingType();
}
