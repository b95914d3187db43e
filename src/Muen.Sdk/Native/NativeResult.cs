// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using System.Globalization;

namespace Muen.Sdk.Native;

/// <summary>Something that stops the build.</summary>
/// <param name="Code">MUEN3xxx; docs list them.</param>
/// <param name="Message">What is wrong and what to do, with the function's name.</param>
/// <param name="File">Source file, when it is known.</param>
/// <param name="Line">Line, from 1; 0 when it is not known.</param>
/// <param name="Function">Function, when one is concerned.</param>
public sealed record NativeFinding(string Code, string Message, string? File = null, int Line = 0, string? Function = null)
{
    /// <summary>In the form that MSBuild and editors understand.</summary>
    public override string ToString() => (File, Line) switch
    {
        (null, _) => $"error {Code}: {Message}",
        (_, 0) => $"{File}: error {Code}: {Message}",
        _ => string.Create(CultureInfo.InvariantCulture, $"{File}({Line}): error {Code}: {Message}"),
    };
}

/// <summary>The stack that a function needs when it is entered from nowhere: a way in from assembly, hardware or the boot loader.</summary>
/// <param name="Root">The function.</param>
/// <param name="Bytes">Bytes below its entry stack pointer in the worst case; null when there is no bound.</param>
/// <param name="Path">The functions on the worst way, outermost first; of an unbounded one the way to the reason.</param>
/// <param name="Unbounded">Why there is no bound; null when there is one.</param>
public sealed record StackBound(string Root, int? Bytes, IReadOnlyList<string> Path, string? Unbounded);

/// <summary>What came of a request.</summary>
public sealed record NativeResult
{
    /// <summary>Path of the ELF; null when something was found.</summary>
    public string? ElfPath { get; init; }

    /// <summary>All that is wrong, ordered by place.</summary>
    public required IReadOnlyList<NativeFinding> Findings { get; init; }

    /// <summary>Whether the ELF is there.</summary>
    public bool Succeeded => ElfPath is not null;

    /// <summary>The worst stack in bytes over all ways in, for a subject with an interrupt on top; null when there is no bound.</summary>
    public int? WorstStackBytes { get; init; }

    /// <summary>The same for each way in.</summary>
    public IReadOnlyList<StackBound> Stacks { get; init; } = [];

    /// <summary>Bytes of executable code.</summary>
    public int TextBytes { get; init; }

    /// <summary>Bytes of the whole image in memory.</summary>
    public int ImageBytes { get; init; }

    /// <summary>Instructions of assembly.</summary>
    public int StubInstructions { get; init; }

    /// <summary>Calls that were replaced by the one instruction they called.</summary>
    public int InlinedCalls { get; init; }

    /// <summary>Jump tables whose bound and targets were checked.</summary>
    public int JumpTables { get; init; }
}
