// SPDX-License-Identifier: MIT

using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Muen.Abi;

namespace Muen.SdkTests;

/// <summary>What the packages hold and say of themselves.</summary>
[Collection(nameof(Workspace))]
public sealed class PackageTests(Workspace workspace)
{
    [Theory]
    [InlineData("Muen.Kernel", "GPL-3.0-or-later", "Dependency")]
    [InlineData("Muen.Sdk", "MIT", "MSBuildSdk")]
    [InlineData("Muen.Sdk.Testing", "MIT", "Dependency")]
    [InlineData("Muen.Sdk.Templates", "MIT", "Template")]
    public void SaysWhatItIs(string id, string licence, string type)
    {
        using ZipArchive package = Open(id, ".nupkg");
        XElement metadata = XDocument.Parse(Text(package, id + ".nuspec")).Root!.Elements().Single(e => e.Name.LocalName == "metadata");
        string Value(string name) => metadata.Elements().Single(e => e.Name.LocalName == name).Value;
        Assert.Equal(id, Value("id"));
        Assert.Equal(workspace.Version, Value("version"));
        Assert.Equal(licence, Value("license"));
        Assert.Equal("expression", metadata.Elements().Single(e => e.Name.LocalName == "license").Attribute("type")!.Value);
        Assert.DoesNotContain(metadata.Elements(), e => e.Name.LocalName == "dependencies" && e.Descendants().Any(d => d.Name.LocalName == "dependency"));
        string[] types = [.. metadata.Descendants().Where(e => e.Name.LocalName == "packageType").Select(e => e.Attribute("name")!.Value)];
        Assert.Equal(type, types.Length == 0 ? "Dependency" : Assert.Single(types));
        Assert.Contains("Muen", Text(package, Value("readme")), StringComparison.Ordinal);
        Assert.True(Bytes(package, Value("icon")).AsSpan().StartsWith("\u0089PNG"u8[1..]));
    }

    /// <summary>Nothing in a package says where it was built.</summary>
    [Theory]
    [InlineData("Muen.Kernel")]
    [InlineData("Muen.Sdk")]
    [InlineData("Muen.Sdk.Testing")]
    [InlineData("Muen.Sdk.Templates")]
    public void HoldsNoPathOfTheMachineThatPackedIt(string id)
    {
        using ZipArchive package = Open(id, ".nupkg");
        byte[] root = Encoding.UTF8.GetBytes(Command.Root + "/");
        byte[] wide = Encoding.Unicode.GetBytes(Command.Root + "/");
        Assert.NotEmpty(package.Entries);
        Assert.All(package.Entries, entry =>
        {
            byte[] bytes = Bytes(package, entry.FullName);
            Assert.True(bytes.AsSpan().IndexOf(root) < 0 && bytes.AsSpan().IndexOf(wide) < 0, entry.FullName);
        });
    }

    [Fact]
    public void EachKernelIsTheOneThatItsManifestDescribes()
    {
        using ZipArchive package = Open("Muen.Kernel", ".nupkg");
        string[] kernels = [.. package.Entries.Where(e => e.FullName.StartsWith("kernels/", StringComparison.Ordinal) && e.Name == "kernel.elf").Select(e => e.FullName)];
        Assert.Equal(["kernels/debug/kernel.elf", "kernels/release/kernel.elf"], kernels.Order(StringComparer.Ordinal));
        Assert.All(kernels, elf =>
        {
            using var manifest = JsonDocument.Parse(Text(package, Path.ChangeExtension(elf, ".json")));
            Assert.Equal(TablesHeader.ExpectedVersion, manifest.RootElement.GetProperty("abiVersion").GetUInt32());
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Bytes(package, elf))), manifest.RootElement.GetProperty("sha256").GetString());
        });

        // The source goes with it, as its licence wants.
        Assert.Contains(package.Entries, e => e.FullName == "source/Kernel.cs");
    }

    [Fact]
    public void EveryToolOfOursHasItsSymbolsInTheSymbolPackage()
    {
        using ZipArchive package = Open("Muen.Sdk", ".nupkg");
        using ZipArchive symbols = Open("Muen.Sdk", ".snupkg");
        string[] ours = [.. package.Entries.Where(e => e.FullName.StartsWith("tools/", StringComparison.Ordinal) && e.Name.EndsWith(".dll", StringComparison.Ordinal)
            && (e.Name.StartsWith("Muen.", StringComparison.Ordinal) || e.Name == "muen.dll")).Select(e => Path.GetFileNameWithoutExtension(e.Name))];
        Assert.Contains("muen", ours);
        Assert.Equal(ours.Order(StringComparer.Ordinal), symbols.Entries.Where(e => e.Name.EndsWith(".pdb", StringComparison.Ordinal)).Select(e => Path.GetFileNameWithoutExtension(e.Name)).Order(StringComparer.Ordinal));
    }

    /// <summary>The analyzers' messages name a page and a place in it: both are in the package.</summary>
    [Fact]
    public void WhatTheAnalyzersReferToIsInThePackage()
    {
        using ZipArchive package = Open("Muen.Sdk", ".nupkg");
        Assert.Equal(File.ReadAllText(Path.Combine(Command.Root, "docs/freestanding.md")), Text(package, "docs/freestanding.md"));
        Assert.Contains("""<a id="muen2010"></a>""", Text(package, "docs/freestanding.md"), StringComparison.Ordinal);
        Assert.Contains(package.Entries, e => e.FullName == "docs/api.md");
    }

    /// <summary>Where the templates' XML files name it, an editor finds it after a build.</summary>
    [Fact]
    public void TheSchemaOfPoliciesGoesIntoEachProjectThatHasSome()
    {
        using ZipArchive package = Open("Muen.Sdk", ".nupkg");
        string schema = Text(package, "schema/muen-policy.xsd");
        Assert.Equal(File.ReadAllText(Path.Combine(Command.Root, "docs/muen-policy.xsd")), schema);
        foreach (string file in (string[])["system.xml", "console/component.xml", "worker/component.xml"])
        {
            string path = Path.Combine(workspace.Hello, file);
            XAttribute named = XDocument.Load(path).Root!.Attributes().Single(a => a.Name.LocalName == "noNamespaceSchemaLocation");
            Assert.Equal(schema, File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, named.Value)));
        }
    }

    /// <summary>Nothing of Roslyn's goes with it: the compiler that loads it has that.</summary>
    [Fact]
    public void WhatTheCompilerLoadsIsWhereItLooks()
    {
        using ZipArchive package = Open("Muen.Sdk", ".nupkg");
        Assert.Equal(
            ["analyzers/dotnet/cs/Muen.Sdk.Analyzers.dll", "analyzers/dotnet/cs/Muen.Sdk.CodeFixes.dll", "analyzers/dotnet/cs/Muen.Sdk.Generator.dll"],
            package.Entries.Select(e => e.FullName).Where(n => n.StartsWith("analyzers/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    /// <summary>What others wrote is named with its package.</summary>
    [Fact]
    public void EveryLibraryOfOthersIsInTheNotice()
    {
        using ZipArchive package = Open("Muen.Sdk", ".nupkg");
        string notice = Text(package, "THIRD-PARTY-NOTICES.txt");
        string[] others = [.. package.Entries.Where(e => e.FullName.StartsWith("tools/", StringComparison.Ordinal) && e.Name.EndsWith(".dll", StringComparison.Ordinal)
            && !e.Name.StartsWith("Muen.", StringComparison.Ordinal) && e.Name != "muen.dll").Select(e => e.Name)];
        Assert.NotEmpty(others);
        Assert.All(others, name => Assert.Contains(name, notice, StringComparison.Ordinal));

        // Their own words on authors and licence.
        string[] packages = [.. notice.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(l => l.Split(' ')[0])];
        Assert.All(packages, name => Assert.Contains("<license", Text(package, $"third-party/{name.ToLowerInvariant()}.xml"), StringComparison.Ordinal));
    }

    ZipArchive Open(string id, string extension) => ZipFile.OpenRead(Path.Combine(Workspace.Feed, $"{id}.{workspace.Version}{extension}"));

    static byte[] Bytes(ZipArchive package, string name)
    {
        using Stream stream = package.GetEntry(name)!.Open();
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    static string Text(ZipArchive package, string name) => new StreamReader(new MemoryStream(Bytes(package, name))).ReadToEnd();
}
