// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Muen.Sdk.Policy.Tests;

/// <summary>
/// Each file in Faults has one fault; the file beside it has the exact errors. With MUEN_UPDATE_GOLDEN naming a folder the expectations are written into it, to be
/// read by a person before they are committed.
/// </summary>
public sealed class FaultTests : IDisposable
{
    private readonly Workspace workspace = new();

    public static TheoryData<string> Files => [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Faults"), "*.xml").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    /// <summary>Codes that no small file gives; LimitTests and HostileTests have them.</summary>
    private static readonly string[] Elsewhere =
    [
        "UnreadableFile", "FileTooLarge", "NotText", "TooManyIncludes", "TooManyErrors", "TooManyElements", "TooManySubjects", "TooManyResources",
        "TooManyEvents", "NoVectorLeft", "TooManyMinorFrames", "TooManyMajorFrames", "InvalidKernel", "KernelSegment", "ExpansionTooLarge", "XPathTooCostly",
        "TooManyGroups", "TooManyBarriers", "TooManyMessages", "TooManyDomains",
    ];

    public void Dispose() => workspace.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public void One_fault_gives_exactly_its_error(string name)
    {
        string text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Faults", name + ".xml"));
        IReadOnlyList<string> errors = workspace.ErrorsOf(workspace.Write(name + ".xml", text));
        string golden = name + ".txt";
        if (Environment.GetEnvironmentVariable("MUEN_UPDATE_GOLDEN") is { } folder)
        {
            File.WriteAllLines(Path.Combine(folder, golden), errors);
            return;
        }

        Assert.Equal(File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Faults", golden)), errors);
        string error = Assert.Single(errors);
        Assert.Contains(": error " + name[..8] + ": ", error, StringComparison.Ordinal);
        Assert.Contains("; ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_code_has_a_fault()
    {
        var files = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Faults"), "*.xml").Select(f => Path.GetFileName(f)[..8]).ToHashSet();
        foreach (string name in Elsewhere)
        {
            var code = (DiagnosticCode)typeof(DiagnosticCodes).GetField(name, System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!.GetValue(null)!;
            Assert.True(files.Add(code.Id), $"{name} has a file, and need not be tested elsewhere");
        }

        Assert.Equal(DiagnosticCodes.All.Select(c => c.Id), files.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_code_is_explained()
    {
        Assert.All(DiagnosticCodes.All, code =>
        {
            Assert.Same(code, DiagnosticCodes.Find(code.Id));
            Assert.NotEmpty(code.Title);
            Assert.EndsWith(".", code.Explanation, StringComparison.Ordinal);
        });
        Assert.Null(DiagnosticCodes.Find("MUEN9999"));
    }
}
