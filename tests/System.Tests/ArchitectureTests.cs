// SPDX-License-Identifier: MIT
using System.Xml.Linq;

namespace Muen.SystemTests;

/// <summary>Dependencies run one way, and each source file says what licence it is under.</summary>
public sealed class ArchitectureTests
{
    /// <summary>What each project may refer to, directly.</summary>
    static readonly Dictionary<string, string[]> s_allowed = new(StringComparer.Ordinal)
    {
        ["Muen.Abi"] = [],
        ["Muen.CoreLib"] = [],
        ["Muen.Kernel"] = ["Muen.CoreLib"],
        ["Muen.Kernel.Stubs"] = ["Muen.Abi", "Muen.Sdk.Native"],
        ["Muen.Subject"] = ["Muen.CoreLib"],
        ["Muen.Subject.Stubs"] = ["Muen.Abi", "Muen.Sdk.Native"],
        ["Muen.Sdk.Elf"] = [],
        ["Muen.Sdk.Native"] = ["Muen.Sdk.Elf"],
        ["Muen.Sdk.Policy"] = ["Muen.Abi", "Muen.Sdk.Elf"],
        ["Muen.Sdk.Machine"] = ["Muen.Sdk.Elf"],
        ["Muen.Sdk.Image"] = ["Muen.Abi", "Muen.Sdk.Elf", "Muen.Sdk.Policy", "Muen.Sdk.Machine"],

        ["Muen.Sdk.Verify"] = ["Muen.Abi", "Muen.Sdk.Elf", "Muen.Sdk.Image", "Muen.Sdk.Policy"],

        ["Muen.Sdk.Report"] = ["Muen.Abi", "Muen.Sdk.Policy", "Muen.Sdk.Verify"],

        // Loaded by MSBuild and by the compiler, which they must not burden.
        ["Muen.Sdk.Tasks"] = [],
        ["Muen.Sdk.Generator"] = [],
        ["Muen.Sdk.Analyzers"] = [],
        ["Muen.Sdk.CodeFixes"] = ["Muen.Sdk.Analyzers"],

        // The subject library once more, for tests on ordinary .NET; and what boots systems for them.
        ["Muen.Subject.Simulated"] = [],
        ["Muen.Sdk.Testing"] = ["Muen.Sdk.Machine", "Muen.Subject.Simulated"],

        // The packages hold what other projects build.
        ["Muen.Kernel.Package"] = ["Muen.Kernel", "Muen.Kernel.Stubs", "Muen.Sdk.Cli", "Muen.Sdk.Tasks"],
        ["Muen.Sdk"] = ["Muen.Sdk.Analyzers", "Muen.Sdk.Cli", "Muen.Sdk.CodeFixes", "Muen.Sdk.Generator", "Muen.Sdk.Tasks", "Muen.CoreLib", "Muen.Subject"],
        ["Muen.Sdk.Templates"] = [],

        // The kernel's projects are not here: their licence is not that of the tools, which load what they need of them at run time.
        ["Muen.Sdk.Cli"] = ["Muen.Sdk.Image", "Muen.Sdk.Machine", "Muen.Sdk.Native", "Muen.Sdk.Policy", "Muen.Sdk.Report", "Muen.Sdk.Verify", "Muen.Subject.Stubs"],
    };

    public static TheoryData<string> Projects => [.. s_allowed.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void AProjectRefersOnlyToWhatItMay(string project)
    {
        string file = Assert.Single(Sources("src", project + ".csproj"));
        IEnumerable<string> references = XDocument.Load(file).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value));
        Assert.Empty(references.Except(s_allowed[project]));
    }

    /// <summary>A new project states here where it stands.</summary>
    [Fact]
    public void EveryProjectIsListed() =>
        Assert.Equal(
            s_allowed.Keys.Order(StringComparer.Ordinal),
            Sources("src", "*.csproj").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal));

    /// <summary>Files of a folder, without those that a template makes: these are their user's.</summary>
    static IEnumerable<string> Sources(string top, string pattern) =>
        Directory.GetFiles(Path.Combine(Command.Root, top), pattern, SearchOption.AllDirectories).Where(f => !f.Contains("/templates/", StringComparison.Ordinal));

    [Fact]
    public void EverySourceFileNamesItsLicence()
    {
        string kernel = Path.Combine(Command.Root, "src", "Muen.Kernel") + "/";
        string abi = Path.Combine(kernel, "Abi") + "/";
        List<string> wrong = [];
        int files = 0;
        foreach (string top in new[] { "src", "samples", "tests" })
        {
            foreach (string file in Sources(top, "*.cs"))
            {
                files++;
                bool isKernel = file.StartsWith(kernel, StringComparison.Ordinal) && !file.StartsWith(abi, StringComparison.Ordinal);
                string licence = isKernel ? "GPL-3.0-or-later" : "MIT";
                if (File.ReadLines(file).FirstOrDefault() != $"// SPDX-License-Identifier: {licence}")
                {
                    wrong.Add(Path.GetRelativePath(Command.Root, file));
                }
            }
        }

        Assert.Empty(wrong);
        Assert.True(files > 100);
    }

    [Fact]
    public void TheKernelKeepsItsLineBudget()
    {
        int lines = Directory.GetFiles(Path.Combine(Command.Root, "src", "Muen.Kernel"), "*.cs")
            .SelectMany(File.ReadLines).Count(l => l.Trim() is { Length: > 0 } text && !text.StartsWith("//", StringComparison.Ordinal));
        Assert.InRange(lines, 1000, 2500);
    }
}
