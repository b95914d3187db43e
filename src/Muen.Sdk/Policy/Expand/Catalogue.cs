// SPDX-License-Identifier: MIT
using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Reflection;
using Muen.Sdk.Policy.Read;

namespace Muen.Sdk.Policy.Expand;

/// <summary>The hardware that is shipped: one file an entry, embedded in this library.</summary>
internal static class Catalogue
{
    private const string Prefix = "hardware/";
    private const string Suffix = ".xml";

    /// <summary>Names of the entries.</summary>
    internal static ImmutableArray<string> Names { get; } =
    [
        .. typeof(Catalogue).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..^Suffix.Length]).Order(StringComparer.Ordinal),
    ];

    /// <summary>An entry, null when there is none of this name.</summary>
    internal static HardwareNode? Find(string name, DiagnosticBag bag)
    {
        if (!Names.Contains(name))
        {
            return null;
        }

        string resource = Prefix + name + Suffix;
        using Stream stream = typeof(Catalogue).Assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        return ModelReader.ReadHardware(resource, reader.ReadToEnd(), bag);
    }
}
