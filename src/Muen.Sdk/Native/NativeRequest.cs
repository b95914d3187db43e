// SPDX-License-Identifier: MIT
using System.Collections.Generic;

namespace Muen.Sdk.Native;

/// <summary>What is built; it decides the addresses and the strictness of the checks.</summary>
public enum NativeKind
{
    /// <summary>The kernel, at 0x100000: no vector registers, no recursion, no indirect branches, a bound on the stack and on the assembly.</summary>
    Kernel,

    /// <summary>A native subject, at 0x200000: everything that C# may do without a runtime.</summary>
    Subject,
}

/// <summary>What <see cref="NativeCompiler"/> needs to know.</summary>
public sealed record NativeRequest
{
    /// <summary>Kernel or subject.</summary>
    public required NativeKind Kind { get; init; }

    /// <summary>The program's IL: a subject's is an Exe with <c>static void Main()</c>, a kernel's a Library whose methods are reached by RuntimeExport.</summary>
    public required string AssemblyPath { get; init; }

    /// <summary>The IL of everything that it refers to, Muen.CoreLib.dll among them.</summary>
    public required IReadOnlyList<string> References { get; init; }

    /// <summary>The assembly: KernelStubs.Create() or SubjectStubs.Create(). It defines <see cref="Entry"/>.</summary>
    public required StubObject Stubs { get; init; }

    /// <summary>Where the ELF goes. It is written only when nothing was found.</summary>
    public required string OutputPath { get; init; }

    /// <summary>Folder for objects, response file, link script; by default <see cref="OutputPath"/> with ".native" appended.</summary>
    public string? WorkFolder { get; init; }

    /// <summary>Path of the ilc program; by default <see cref="Toolchain.FindCompiler"/> looks for it.</summary>
    public string? CompilerPath { get; init; }

    /// <summary>Symbol of the first instruction.</summary>
    public string Entry { get; init; } = "entry";

    /// <summary>The worst stack that is accepted, in bytes; null accepts any. By default 1024 for a kernel (its stack is one guarded page of 4096).</summary>
    public int? StackLimit { get; init; }

    /// <summary>The most instructions of assembly that are accepted; null accepts any. By default 260 for a kernel.</summary>
    public int? InstructionBudget { get; init; }

    /// <summary>How paths in debug information become paths for messages, prefix by prefix: <c>("/muen/", "/home/me/muen/")</c>.</summary>
    public IReadOnlyList<(string Mapped, string Actual)> SourceRoots { get; init; } = [];
}
