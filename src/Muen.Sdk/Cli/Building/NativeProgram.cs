// SPDX-License-Identifier: MIT

using System.Xml.Linq;

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
    /// <param name="project">Full path of its project.</param>
    /// <param name="checkout">Where the paths of our own sources lead.</param>
    public static NativeProgram Of(string assembly, string project, Checkout? checkout)
    {
        // The names of folders are those of Directory.Build.props here, and of build/Program.props elsewhere.
        List<(string, string)> roots = checkout is null ? [] : [("/muen/", checkout.Root + "/")];
        AddRoots(project, roots);
        return Of(assembly, [], roots);
    }

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

    /// <summary>A project's folder, and those of the projects that it refers to by name.</summary>
    internal static void AddRoots(string project, List<(string Mapped, string Actual)> roots)
    {
        string mapped = $"/_/{Path.GetFileNameWithoutExtension(project)}/";
        if (roots.Any(r => r.Mapped == mapped) || !File.Exists(project))
        {
            return;
        }

        string folder = Path.GetDirectoryName(project)!;
        roots.Add((mapped, folder + "/"));
        foreach (XElement reference in XDocument.Load(project).Descendants().Where(e => e.Name.LocalName == "ProjectReference"))
        {
            if (reference.Attribute("Include")?.Value is { } include)
            {
                AddRoots(Path.GetFullPath(Path.Combine(folder, include.Replace('\\', '/'))), roots);
            }
        }
    }
}
