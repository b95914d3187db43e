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

    public static TheoryData<string> Files => [.. FaultFile.All];

    public void Dispose() => workspace.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public void One_fault_gives_exactly_its_error(string name)
    {
        var fault = FaultFile.Read(name);
        IReadOnlyList<string> errors = workspace.ErrorsOf(fault.Write(workspace));
        if (errors.Count > DiagnosticBag.Limit)
        {
            // One fault a thousand times, and that there are more of it.
            errors = [errors[^1]];
        }

        if (Environment.GetEnvironmentVariable("MUEN_UPDATE_GOLDEN") is { } folder)
        {
            File.WriteAllLines(Path.Combine(folder, name + ".txt"), errors);
            return;
        }

        Assert.Equal(fault.Errors, errors);
        string error = Assert.Single(errors);
        Assert.Contains(": error " + name[..8] + ": ", error, StringComparison.Ordinal);
        Assert.Contains("; ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_code_has_a_fault() => Assert.Equal(DiagnosticCodes.All.Select(c => c.Id), FaultFile.All.Select(name => name[..8]).Distinct());

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
