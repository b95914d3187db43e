// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;

namespace Muen.Sdk.Policy;

/// <summary>What to compile.</summary>
/// <param name="PolicyPath">The policy's file.</param>
/// <param name="KernelPath">The kernel's ELF.</param>
/// <param name="ResolveBinary">Gives the path of a component's ELF, null when there is none. Called once a component that a subject runs.</param>
/// <param name="ResolveFile">Gives the path of a memory region's file from its name in the policy, null when there is none.</param>
public sealed record CompilationInput(string PolicyPath, string KernelPath, Func<ComponentBinary, string?> ResolveBinary, Func<string, string?> ResolveFile);

/// <summary>A compiled system: what a boot loader puts into memory, and what it means.</summary>
/// <param name="Name">The system's name.</param>
/// <param name="Entry">Physical address of the kernel's first instruction.</param>
/// <param name="Regions">What is loaded, by ascending address, without overlaps. What is not loaded (the crash audit) is only in <paramref name="View"/>.</param>
/// <param name="View">Subjects, events, mappings and the plan, with all numbers and addresses that were given.</param>
public sealed record SystemImage(string Name, ulong Entry, IReadOnlyList<PhysicalRegion> Regions, SystemView View);

/// <summary>A piece of physical memory that a boot loader fills.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Address">Physical address; a multiple of 4096.</param>
/// <param name="Size">Bytes; a multiple of 4096.</param>
/// <param name="Content">First bytes; the rest is zero.</param>
public sealed record PhysicalRegion(string Name, ulong Address, ulong Size, ReadOnlyMemory<byte> Content);
