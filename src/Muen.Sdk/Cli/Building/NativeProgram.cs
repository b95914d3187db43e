// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Cli.Building;

/// <summary>A program as MSBuild leaves it: IL, what it refers to, and where its sources are.</summary>
/// <param name="Assembly">Full path of its IL.</param>
/// <param name="References">Full paths of the IL that it refers to.</param>
/// <param name="SourceRoots">Which folder each prefix of paths in debug information stands for; both end with a stroke.</param>
sealed record NativeProgram(string Assembly, IReadOnlyList<string> References, IReadOnlyList<(string Mapped, string Actual)> SourceRoots)
{
    /// <summary>The ilc program; null looks for it in NuGet's folder.</summary>
    public string? Compiler { get; init; }

    /// <summary>Folder for objects and link script; null is one beside the ELF.</summary>
    public string? WorkFolder { get; init; }

    /// <summary>A program whose references lie beside it.</summary>
    /// <param name="assembly">Full path of its IL.</param>
    /// <param name="checkout">Where the paths of our own sources lead.</param>
    public static NativeProgram Of(string assembly, Checkout? checkout) => Of(assembly, [], checkout is null ? [] : [("/muen/", checkout.Root + "/")]);

    /// <summary>A program with given references.</summary>
    /// <param name="assembly">Full path of its IL.</param>
    /// <param name="references">What it refers to; none stands for all that lies beside it.</param>
    /// <param name="roots">Where its sources are.</param>
    public static NativeProgram Of(string assembly, IReadOnlyCollection<string> references, IReadOnlyList<(string Mapped, string Actual)> roots)
    {
        IEnumerable<string> all = references.Count > 0
            ? references.Select(Path.GetFullPath)
            : Directory.GetFiles(Path.GetDirectoryName(assembly)!, "*.dll").Where(f => f != assembly);
        return new(assembly, [.. all.Order(StringComparer.Ordinal)], roots);
    }
}
