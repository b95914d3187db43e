// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using Muen.Abi;
using Muen.Sdk.Elf;
using Muen.Sdk.Policy.Expand;

namespace Muen.Sdk.Policy.Read;

/// <summary>Files that a policy names: the kernel, the components' binaries, the regions' contents.</summary>
/// <param name="Kernel">The kernel, null after an error.</param>
/// <param name="KernelPlace">The kernel's file, for errors.</param>
/// <param name="Binaries">By component; null where there is none.</param>
/// <param name="Components">Their names.</param>
/// <param name="Regions">By region: its first bytes.</param>
/// <param name="Starts">By subject: the state in which a VM's binary begins; null where there is none.</param>
internal sealed record Contents(
    ElfFile? Kernel, Place KernelPlace, ImmutableArray<ElfFile?> Binaries, ImmutableArray<string> Components, ImmutableArray<ReadOnlyMemory<byte>> Regions,
    ImmutableArray<SubjectState?> Starts)
{
    private const long BinaryLimit = 1 << 30;

    /// <summary>All contents together may have this many bytes.</summary>
    internal const ulong Limit = 1 << 30;

    /// <summary>Reads all files; each that is missing or does not fit is reported.</summary>
    internal static Contents Load(CompilationInput input, ResolvedSystem system, DiagnosticBag bag)
    {
        HashSet<int> used = [.. system.Subjects.Select(s => s.Component)];
        HashSet<int> native = [.. system.Subjects.Where(s => !s.IsVm).Select(s => s.Component)];
        ImmutableArray<string?> paths = [.. system.Components.Select((component, index) => used.Contains(index) ? FindBinary(input, component, bag) : null)];
        var binaries = system.Components.Select((component, index) => native.Contains(index) && paths[index] is { } path
            ? Parse(path, component.Binary!.Place, DiagnosticCodes.NotElf, $"the binary of component '{component.Name}'", bag)
            : null).ToImmutableArray();
        ulong total = 0;
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var regions = system.Regions.Select(region => LoadRegion(input, region, files, ref total, bag)).ToImmutableArray();
        var loader = new GuestLoader(system, bag);
        ImmutableArray<SubjectState?> starts =
        [
            .. system.Subjects.Select(s => s.IsVm && s.Main is null && s.Component >= 0 && paths[s.Component] is { } path && IsSmall(path, system.Components[s.Component], bag)
                ? loader.Load(s, path, region => regions[region].Length)
                : null),
        ];
        foreach ((int region, byte[] bytes) in loader.Regions)
        {
            Reserve((ulong)bytes.Length, ref total, system.Regions[region].Place, bag);
        }

        return new Contents(LoadKernel(input, bag), Place.Start(input.KernelPath), binaries, [.. system.Components.Select(c => c.Name)],
            [.. regions.Select((content, region) => loader.Regions.TryGetValue(region, out byte[]? bytes) ? bytes : content)], starts);
    }

    /// <summary>The binary of a component.</summary>
    internal ElfFile? BinaryOf(string component) => Binaries[Components.IndexOf(component)];

    private static ElfFile? LoadKernel(CompilationInput input, DiagnosticBag bag)
    {
        Place place = Place.Start(input.KernelPath);
        if (!File.Exists(input.KernelPath))
        {
            bag.Add(place, DiagnosticCodes.InvalidKernel, "the kernel does not exist; build it first");
            return null;
        }

        if (SpecialFile.Is(input.KernelPath))
        {
            bag.Add(place, DiagnosticCodes.InvalidKernel, "the kernel is a device or a pipe; name its file");
            return null;
        }

        return Parse(input.KernelPath, place, DiagnosticCodes.InvalidKernel, "the kernel", bag);
    }

    private static string? FindBinary(CompilationInput input, ComponentNode component, DiagnosticBag bag)
    {
        if (component.Binary is not { IsIncomplete: false } binary)
        {
            return null;
        }

        if ((binary.Filename is null) == (binary.Project is null))
        {
            bag.Add(binary.Place, DiagnosticCodes.Exclusive, $"the binary of component '{component.Name}' needs exactly one of filename and project; keep one");
            return null;
        }

        string? path = input.ResolveBinary(binary);
        if (!File.Exists(path))
        {
            bag.Add(binary.Place, DiagnosticCodes.MissingBinary,
                $"the binary '{Quote.Short(binary.Filename ?? binary.Project!)}' of component '{component.Name}' does not exist; build it, or correct its name");
            return null;
        }

        if (SpecialFile.Is(path))
        {
            bag.Add(binary.Place, DiagnosticCodes.MissingBinary, $"the binary '{Quote.Short(binary.Filename ?? binary.Project!)}' of component '{component.Name}' is a device or a pipe; name a file");
            return null;
        }

        return path;
    }

    private static bool IsSmall(string path, ComponentNode component, DiagnosticBag bag)
    {
        if (new FileInfo(path).Length <= BinaryLimit)
        {
            return true;
        }

        bag.Add(component.Binary!.Place, DiagnosticCodes.NotElf, $"the binary of component '{component.Name}' has more than {BinaryLimit} bytes; this cannot be the right file");
        return false;
    }

    private static ElfFile? Parse(string path, Place place, DiagnosticCode code, string what, DiagnosticBag bag)
    {
        try
        {
            if (new FileInfo(path).Length > BinaryLimit)
            {
                bag.Add(place, code, $"{what} has more than {BinaryLimit} bytes; this cannot be the right file");
                return null;
            }

            return ElfFile.Load(path);
        }
        catch (Exception e) when (e is ElfException or IOException or UnauthorizedAccessException)
        {
            bag.Add(place, code, $"{what} is unusable: {Quote.Short(e.Message)}; it must be an ELF file for x86-64");
            return null;
        }
    }

    private static ReadOnlyMemory<byte> LoadRegion(CompilationInput input, ResolvedRegion region, Dictionary<string, byte[]> files, ref ulong total, DiagnosticBag bag)
    {
        if (region.Content is not { } content)
        {
            return default;
        }

        if (content.Filename is { } name)
        {
            return LoadFile(input, region, content, name, files, ref total, bag);
        }

        if (content.Pattern is null or 0)
        {
            return default;
        }

        if (!Reserve(region.Size.Value, ref total, content.Place, bag))
        {
            return default;
        }

        byte[] fill = new byte[region.Size.Value];
        Array.Fill(fill, content.Pattern.Value);
        return fill;
    }

    private static ReadOnlyMemory<byte> LoadFile(CompilationInput input, ResolvedRegion region, ContentNode content, string name, Dictionary<string, byte[]> files,
        ref ulong total, DiagnosticBag bag)
    {
        string? path = input.ResolveFile(name);
        if (!File.Exists(path))
        {
            bag.Add(content.Place, DiagnosticCodes.MissingFile, $"the file '{Quote.Short(name)}' of memory '{region.Name}' does not exist; correct its name, make it, or name another in its place with --file {Quote.Short(name)}=PATH");
            return default;
        }

        if (SpecialFile.Is(path))
        {
            bag.Add(content.Place, DiagnosticCodes.MissingFile, $"'{Quote.Short(name)}' of memory '{region.Name}' is a device or a pipe; name a file");
            return default;
        }

        try
        {
            long length = new FileInfo(path).Length;
            if (length < content.Offset)
            {
                bag.Add(content.Place, DiagnosticCodes.FileTooLong, $"the offset {content.Offset} lies behind the end of '{Quote.Short(name)}' with {length} bytes; make it smaller");
                return default;
            }

            ulong size = (ulong)(length - content.Offset);
            if (region.Size.Value == 0)
            {
                return default;     // an error of its own
            }

            if (size > region.Size.Value)
            {
                bag.Add(content.Place, DiagnosticCodes.FileTooLong,
                    $"'{Quote.Short(name)}' has {size} bytes, the region '{region.Name}' only {region.Size.Value}; make the region at least {(size + 4095) / 4096 * 4}K");
                return default;
            }

            if (!Reserve(region.Size.Value, ref total, content.Place, bag))
            {
                return default;
            }

            if (!files.TryGetValue(path, out byte[]? bytes))
            {
                files.Add(path, bytes = File.ReadAllBytes(path));
            }

            if (bytes.LongLength != length)
            {
                bag.Add(content.Place, DiagnosticCodes.MissingFile, $"'{Quote.Short(name)}' of memory '{region.Name}' changed while it was read; try again");
                return default;
            }

            return bytes.AsMemory((int)content.Offset);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            bag.Add(content.Place, DiagnosticCodes.MissingFile, $"cannot read '{Quote.Short(name)}' of memory '{region.Name}': {Quote.Short(e.Message)}; check the permissions");
            return default;
        }
    }

    private static bool Reserve(ulong size, ref ulong total, Place place, DiagnosticBag bag)
    {
        if (size > Limit - total)
        {
            bag.Add(place, DiagnosticCodes.ContentTooLarge, $"the contents of memory have more than {Limit >> 20} MiB together; leave some out");
            return false;
        }

        total += size;
        return true;
    }
}
