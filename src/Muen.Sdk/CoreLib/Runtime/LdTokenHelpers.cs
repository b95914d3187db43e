// SPDX-License-Identifier: MIT
using System;

namespace Internal.Runtime.CompilerHelpers;

/// <summary>What the compiler asks for <c>ldtoken</c>; constant spans need it while they are analysed, no code is left of it.</summary>
static class LdTokenHelpers
{
    static RuntimeTypeHandle GetRuntimeTypeHandle(nint type) => default;

    static RuntimeMethodHandle GetRuntimeMethodHandle(nint handle) => default;

    static RuntimeFieldHandle GetRuntimeFieldHandle(nint handle) => default;

    static Type? GetRuntimeType(nint type) => null;
}
