// SPDX-License-Identifier: MIT

using System;
using System.Globalization;
using System.IO;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Muen.Abi;

namespace Muen.Sdk.Policy.Tests;

/// <summary>
/// The tables of docs/abi.md are made from the structs that kernel, policy compiler and subjects share:
/// <c>MUEN_UPDATE_GOLDEN=$PWD/docs dotnet test tests/Policy.Tests -c Release --filter AbiPage</c> makes them anew.
/// </summary>
public sealed class AbiPageTests
{
    const string Page = "abi.md";
    const string Mark = "<!-- made from the structs, by AbiPageTests -->\n";

    static readonly Type[] s_structs =
    [
        typeof(SubjectInfo), typeof(Resource), typeof(MemoryResource), typeof(PortResource), typeof(DeviceMemoryResource), typeof(ChannelHeader), typeof(SchedulingInfo), typeof(SubjectState), typeof(Segment),
        typeof(CrashAuditHeader), typeof(CrashRecord),
    ];

    static readonly Type[] s_enums = [typeof(ResourceKind), typeof(MemoryKind), typeof(MemoryContent), typeof(MemoryFlags), typeof(CrashReason)];

    [Fact]
    public void The_tables_are_those_of_the_structs()
    {
        string tables = Make();
        if (Environment.GetEnvironmentVariable("MUEN_UPDATE_GOLDEN") is { Length: > 0 } folder)
        {
            string path = Path.Combine(folder, Page);
            File.WriteAllText(path, File.ReadAllText(path).Split(Mark)[0] + tables);
            return;
        }

        string page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, Page));
        Assert.True(page.EndsWith(tables, StringComparison.Ordinal), "the tables of docs/abi.md are not those of the structs; make them anew with MUEN_UPDATE_GOLDEN=$PWD/docs");
    }

    /// <summary>What the page says by hand holds too.</summary>
    [Fact]
    public void The_addresses_are_those_of_the_layout()
    {
        string page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, Page));
        foreach (ulong address in new[] { SubjectLayout.Image, SubjectLayout.StackTop, SubjectLayout.Regions, SubjectLayout.SubjectInfo, SubjectLayout.SchedulingInfo, SubjectLayout.TimedEvent })
        {
            Assert.Contains($"| `0x{Grouped(address)}` |", page, StringComparison.Ordinal);
        }

        Assert.Contains($"version {TablesHeader.ExpectedVersion}", page, StringComparison.Ordinal);
        Assert.Contains($"0 to {Limits.Events - 1}", page, StringComparison.Ordinal);
    }

    static string Grouped(ulong value)
    {
        string digits = value.ToString("X", CultureInfo.InvariantCulture);
        for (int i = digits.Length - 4; i > 0; i -= 4)
        {
            digits = digits.Insert(i, "_");
        }

        return digits;
    }

    static string Make()
    {
        var text = new StringBuilder(Mark);
        foreach (Type type in s_structs)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n### {type.Name}\n\n{Size(type)} bytes.\n\n| offset | bytes | field |\n|---:|---:|---|\n");
            foreach (FieldInfo field in type.GetFields(BindingFlags.Public | BindingFlags.Instance))
            {
                var buffer = field.GetCustomAttribute<FixedBufferAttribute>();
                int size = buffer is null ? Size(field.FieldType) : buffer.Length * Size(buffer.ElementType);
                string name = buffer is null ? field.FieldType.Name : $"{buffer.ElementType.Name}[{buffer.Length}]";
                text.Append(CultureInfo.InvariantCulture, $"| {(int)Marshal.OffsetOf(type, field.Name)} | {size} | `{field.Name}`: {name} |\n");
            }
        }

        foreach (Type type in s_enums)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n### {type.Name}\n\n{Size(Enum.GetUnderlyingType(type))} bytes.\n\n| value | name |\n|---:|---|\n");
            foreach (FieldInfo value in type.GetFields(BindingFlags.Public | BindingFlags.Static))
            {
                text.Append(CultureInfo.InvariantCulture, $"| {Convert.ToInt64(value.GetRawConstantValue(), CultureInfo.InvariantCulture)} | `{value.Name}` |\n");
            }
        }

        return text.ToString();
    }

    static int Size(Type type) => Marshal.SizeOf(type.IsEnum ? Enum.GetUnderlyingType(type) : type);
}
