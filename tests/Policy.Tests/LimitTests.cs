// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Muen.Abi;
using Muen.Sdk.Elf;
using Muen.Sdk.Policy.Allocate;

namespace Muen.Sdk.Policy.Tests;

/// <summary>What is too much: one more than possible is refused with its code, as many as possible compile.</summary>
public sealed class LimitTests : IDisposable
{
    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    [Fact]
    public void Subjects()
    {
        Only(DiagnosticCodes.TooManySubjects, Policies.With(Policies.Subjects(Limits.Subjects + 1)));
        Assert.Equal(Limits.Subjects, workspace.Compile(Policies.With(Policies.Subjects(Limits.Subjects))).View.Subjects.Length);
    }

    [Fact]
    public void Idle_subjects_count_too() =>
        Only(DiagnosticCodes.TooManySubjects, Policies.With(Policies.Subjects(Limits.Subjects - 1) + """<subject name="far" cpu="2"><component ref="c"/></subject>"""));

    [Fact]
    public void Minor_frames()
    {
        string Plan(int frames) => $"""<scheduling tickRate="1000"><majorFrame><cpu id="0">{string.Concat(Enumerable.Repeat("<minorFrame subject=\"a\" ticks=\"1\"/>", frames))}</cpu></majorFrame></scheduling>""";
        Only(DiagnosticCodes.TooManyMinorFrames, Policies.With(Policies.Subject("a"), end: Plan(Limits.MinorFrames + 1)));
        workspace.Compile(Policies.With(Policies.Subject("a"), end: Plan(Limits.MinorFrames)));
    }

    [Fact]
    public void Major_frames()
    {
        string Plan(int frames) => $"""<scheduling tickRate="1000">{string.Concat(Enumerable.Repeat("<majorFrame><cpu id=\"0\"><minorFrame subject=\"a\" ticks=\"1\"/></cpu></majorFrame>", frames))}</scheduling>""";
        string tau0 = Policies.Subject("a", Policies.Tau0);
        Only(DiagnosticCodes.TooManyMajorFrames, Policies.With(tau0, end: Plan(Limits.MajorFrames + 1)));
        workspace.Compile(Policies.With(tau0, end: Plan(Limits.MajorFrames)));
    }

    [Fact]
    public void Groups_of_a_partition()
    {
        string Plan(int groups) => $"""
            <scheduling tickRate="1000">
              <partitions><partition name="p">{string.Concat(Enumerable.Range(0, groups).Select(i => $"<group name=\"g{i}\"><subject name=\"s{i}\"/></group>"))}</partition></partitions>
              <majorFrame><cpu id="0"><minorFrame partition="p" ticks="10"/></cpu></majorFrame>
            </scheduling>
            """;
        Only(DiagnosticCodes.TooManyGroups, Policies.With(Policies.Subjects(Limits.GroupsPerPartition + 1), end: Plan(Limits.GroupsPerPartition + 1)));
        SystemImage image = workspace.Compile(Policies.With(Policies.Subjects(Limits.GroupsPerPartition), end: Plan(Limits.GroupsPerPartition)));
        Assert.Equal(Limits.GroupsPerPartition, Assert.Single(image.View.Partitions).GroupCount);
    }

    [Fact]
    public void Barriers()
    {
        string Plan(int frames) => $"""
            <scheduling tickRate="1000"><majorFrame>
              {string.Concat(Enumerable.Range(0, 2).Select(cpu => $"<cpu id=\"{cpu}\">{string.Concat(Enumerable.Repeat($"<minorFrame subject=\"s{cpu}\" ticks=\"1\"/>", frames))}</cpu>"))}
            </majorFrame></scheduling>
            """;
        Only(DiagnosticCodes.TooManyBarriers, Policies.With(Policies.Subjects(2), end: Plan(Limits.Barriers + 2)));
        SystemImage image = workspace.Compile(Policies.With(Policies.Subjects(2), end: Plan(Limits.Barriers + 1)));
        Assert.Equal(Limits.Barriers - 1, image.View.MajorFrames[0].Processors[1].Max(f => f.Barrier));
    }

    [Fact]
    public void The_largest_tables_fit_into_their_room()
    {
        TablesLayout largest = TablesLayout.For(Limits.Processors, Limits.Subjects, Limits.MajorFrames, Limits.MinorFrames, Limits.Groups, Limits.Partitions, Allocator.IoApicInputs, Limits.Iommus);
        Assert.InRange(largest.Size, 1u, (uint)KernelLayout.TablesLimit);
    }

    [Fact]
    public void Errors()
    {
        IReadOnlyList<string> errors = workspace.Errors(Policies.With(Policies.Subject("a"), string.Concat(Enumerable.Repeat("<nothing/>", 5000))));
        Assert.Equal(DiagnosticBag.Limit + 1, errors.Count);
        Assert.Contains(DiagnosticCodes.TooManyErrors.Id, errors[^1], StringComparison.Ordinal);
    }

    private string Only(DiagnosticCode code, string policy)
    {
        string error = Assert.Single(workspace.Errors(policy));
        Assert.Contains($": error {code.Id}: ", error, StringComparison.Ordinal);
        return error;
    }
}
