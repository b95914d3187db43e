// SPDX-License-Identifier: MIT
namespace System.Runtime.CompilerServices;

/// <summary>What the compiler wants for <c>init</c>; .NET Standard 2.0 has none.</summary>
static class IsExternalInit
{
}
