// SPDX-License-Identifier: MIT
namespace System.Runtime;

/// <summary>By this name the kernel's assembly calls a method; the simulation finds it by the same name.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class RuntimeExportAttribute(string name) : Attribute
{
    internal string Name { get; } = name;
}
