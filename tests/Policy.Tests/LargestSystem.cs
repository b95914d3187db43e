// SPDX-License-Identifier: MIT
using System;
using System.Linq;

namespace Muen.Sdk.Policy.Tests;

/// <summary>Policies of the largest systems: 128 subjects on 64 processors with 10,000 regions of the policy, and parts of that.</summary>
internal static class LargestSystem
{
    internal const int Subjects = 128;

    internal const int Regions = 10_000;

    private const int Processors = 64;

    /// <summary>The policy of one part of so many.</summary>
    internal static string Policy(int part)
    {
        int subjects = Subjects / part;
        int regions = Regions / part;
        int each = regions / subjects;
        int processors = Math.Min(Processors, subjects);
        string memory = string.Concat(Enumerable.Range(0, regions).Select(i => $"<memory name=\"m{i}\" size=\"4K\"/>"));
        string users = string.Concat(Enumerable.Range(0, subjects).Select(s =>
            $"<subject name=\"s{s}\" cpu=\"{s % processors}\"><component ref=\"c\"/><memory>{string.Concat(Enumerable.Range(0, each).Select(i => $"<memory physical=\"m{(s * each) + i}\"/>"))}</memory></subject>"));
        return $"""
            <system name="t">
            <hardware ref="bochs"><processor cpuCores="{processors}" tscKhz="50000"/></hardware>
            <memory>{memory}</memory>
            <components><component name="c"><binary filename="subject.elf"/></component></components>
            <subjects>{users}</subjects>
            </system>

            """;
    }
}
