// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Muen.Sdk.Generator;

/// <summary>The diagnostics of component.xml, MUEN200n.</summary>
static class Diagnostics
{
    static readonly Dictionary<string, DiagnosticDescriptor> s_all = new[]
    {
        Define("MUEN2001", "The component's file is not XML"),
        Define("MUEN2002", "The file is not a component's"),
        Define("MUEN2003", "Not a logical name"),
        Define("MUEN2004", "Two things have one name in C#"),
        Define("MUEN2005", "Not an element type of a channel"),
    }.ToDictionary(d => d.Id);

    internal static DiagnosticDescriptor Find(string id) => s_all[id];

    // A message without a format: a '{' of the file's is a '{'.
    static DiagnosticDescriptor Define(string id, string title) => new(id, title, "{0}", "Muen.Component", DiagnosticSeverity.Error, isEnabledByDefault: true);
}
