// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;

namespace Muen.Sdk.Policy.Read.Language;

/// <summary>
/// Replaces the <c>array</c>s of components by their elements: memory regions or channels one after the other in the address space, with vectors or events one after the other,
/// and devices of the same kind. What an array does not say is chosen for the component, so that its elements follow each other in every subject.
/// </summary>
internal sealed class Arrays(DiagnosticBag bag)
{
    /// <summary>Where the addresses of arrays without one are chosen: above everything else that has an address of its own choice.</summary>
    internal const ulong Addresses = 0x10_0000_0000;

    /// <summary>The first vector and the first event number that are chosen for arrays.</summary>
    internal const ulong Vectors = 128;
    internal const ulong Events = 32;

    private const ulong Page = Muen.Abi.KernelLayout.PageSize;

    // Attributes of an array that its elements have too.
    private static readonly string[] Shared = ["writable", "executable"];

    /// <summary>The tree without <c>array</c>.</summary>
    internal static Element Expand(Element root, DiagnosticBag bag) => root with
    {
        Children = [.. root.Children.Select(section => section.Name != "components" ? section : section with
        {
            Children = [.. section.Children.Select(component => new Arrays(bag).Component(component))],
        })],
    };

    private Element Component(Element component)
    {
        var parts = component.Children.Where(c => c.Name == "requires").SelectMany(r => r.Children).ToList();
        if (!parts.Any(part => part.Children.Any(c => c.Name == "array")))
        {
            return component;
        }

        var addresses = new Numbering(Addresses, parts.SelectMany(Taken), Page);
        var vectors = new Numbering(Vectors, parts.SelectMany(p => Numbers(p, "vector", "vectorBase")), 0);
        var events = new Numbering(Events, parts.SelectMany(p => Numbers(p, "event", "eventBase")).Concat(parts.SelectMany(SourceNumbers)), 0);
        return component with
        {
            Children = [.. component.Children.Select(c => c.Name != "requires" ? c : c with
            {
                Children = [.. c.Children.Select(part => part with
                {
                    Children = [.. part.Children.SelectMany(e => e.Name != "array" ? [e] : part.Name switch
                    {
                        "memory" => Memory(e, addresses),
                        "channels" => Channels(e, addresses, vectors, events),
                        "devices" => Devices(e),
                        _ => [e],
                    })],
                })],
            })],
        };
    }

    private IEnumerable<Element> Memory(Element array, Numbering addresses)
    {
        ArrayVocabulary.Memory.Validate(array, bag);
        ulong? size = Value(array, "elementSize");
        return Elements(array, "virtualAddress", "virtualAddressBase", size, addresses, ArrayVocabulary.Memory);
    }

    private IEnumerable<Element> Channels(Element array, Numbering addresses, Numbering vectors, Numbering events)
    {
        ArrayVocabulary.Channels.Validate(array, bag);
        if (array.Children.FirstOrDefault(c => c.Name == "reader") is { } reader && array.Children.FirstOrDefault(c => c.Name == "writer") is { } writer)
        {
            Element second = writer.Place > reader.Place ? writer : reader;
            bag.Add(second.Place, DiagnosticCodes.MixedArray, "an array has readers or writers, not both; make two arrays");
        }

        bool writes = array.Children.Any(c => c.Name == "writer");
        string baseName = writes ? "eventBase" : "vectorBase";
        ulong? size = Value(array, "elementSize");
        ImmutableArray<Element> elements = [.. Elements(array, "virtualAddress", "virtualAddressBase", size, addresses, ArrayVocabulary.Channels)];
        if (array.Written(baseName) is null)
        {
            return elements;
        }

        return Numbered(array, elements, writes ? "event" : "vector", baseName, 1, writes ? events : vectors);
    }

    // Devices of one kind: each has the resources that the array names.
    private IEnumerable<Element> Devices(Element array)
    {
        Vocabulary.DeviceArray.Validate(array, bag);
        ImmutableArray<Element> resources = array.Children.RemoveAll(c => c.Name == "device");
        int index = 0;
        foreach (Element device in array.Children.Where(c => c.Name == "device"))
        {
            yield return device with { Children = [.. resources.Select(r => Resource(r, (ulong)index))] };
            index++;
        }
    }

    private static Element Resource(Element resource, ulong index)
    {
        ulong step = resource.Name == "memory" ? Value(resource, "size") ?? 0 : 1;
        return resource with
        {
            Attributes = [.. resource.Attributes.Select(a => a.Name is "vector" or "virtualAddress" && Value(resource, a.Name) is { } first
                ? a with { Value = Text(first + ((UInt128)step * index)) }
                : a)],
        };
    }

    private static IEnumerable<Element> Elements(Element array, string attribute, string baseName, ulong? size, Numbering addresses, ElementRule rule)
    {
        ImmutableArray<Element> elements =
        [
            .. array.Children.Where(c => rule.Children.Any(r => r.Element.Name == c.Name)).Select(c => c with
            {
                Attributes =
                [
                    .. c.Attributes,
                    .. array.Written("elementSize") is { } written ? [written with { Name = "size" }] : ImmutableArray<Attribute>.Empty,
                    .. array.Attributes.Where(a => Shared.Contains(a.Name)),
                ],
            }),
        ];
        return size is null ? elements : Numbered(array, elements, attribute, baseName, size.Value, addresses);
    }

    private static IEnumerable<Element> Numbered(Element array, ImmutableArray<Element> elements, string attribute, string baseName, ulong step, Numbering numbers)
    {
        Attribute? written = array.Written(baseName);
        if (written is { Unresolved: true } || (written is not null && written.Value != "auto" && !Read.Numbers.TryParse(written.Value, out _)))
        {
            return elements;
        }

        UInt128 first = Value(array, baseName) ?? numbers.Take(step, elements.Length);
        Place place = written?.Place ?? array.Place;
        return elements.Select((e, i) => e with { Attributes = e.Attributes.Add(new Attribute(attribute, Text(first + (step * (UInt128)i)), place)) });
    }

    private static IEnumerable<(ulong Start, ulong End)> Taken(Element part) => part.Children.SelectMany(e =>
    {
        ulong? size = Value(e, e.Name == "array" ? "elementSize" : "size");
        ulong count = e.Name == "array" ? (ulong)e.Children.Length : 1;
        ulong? start = Value(e, e.Name == "array" ? "virtualAddressBase" : "virtualAddress");
        return (e.Name == "device" || (e.Name == "array" && part.Name == "devices") ? Taken(e) : [])
            .Concat(start is null ? [] : [(start.Value, start.Value + ((size ?? Page) * count))]);
    });

    private static IEnumerable<(ulong Start, ulong End)> Numbers(Element part, string attribute, string baseName) => part.Children.SelectMany(e =>
        (e.Name is "device" or "array" ? Numbers(e, attribute, baseName) : [])
            .Concat(Value(e, attribute) is { } one ? [(one, one + 1)] : [])
            .Concat(Value(e, baseName) is { } first ? [(first, first + (ulong)e.Children.Length)] : []));

    private static IEnumerable<(ulong Start, ulong End)> SourceNumbers(Element part) =>
        part.Children.Where(c => c.Name == "source").SelectMany(s => s.Children).Select(e => Value(e, "id")).Where(n => n is not null).Select(n => (n!.Value, n.Value + 1));

    // Numbers beyond those of the vocabulary were or will be reported; here they only must not overflow.
    private static ulong? Value(Element e, string attribute) =>
        e.Find(attribute) is { } a && Read.Numbers.TryParse(a.Value, out UInt128 value) && value < 1UL << 52 ? (ulong)value : null;

    private static string Text(UInt128 value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Gives ranges of numbers that nothing else has, from a first one upwards, with a gap between them.</summary>
    private sealed class Numbering
    {
        private readonly (ulong Start, ulong End)[] taken;
        private readonly ulong gap;
        private UInt128 next;
        private int cursor;

        internal Numbering(ulong first, IEnumerable<(ulong Start, ulong End)> taken, ulong gap)
        {
            this.taken = [.. taken.OrderBy(t => t.Start)];
            this.gap = gap;
            next = first;
        }

        internal UInt128 Take(ulong step, int count)
        {
            UInt128 size = step * (UInt128)count;

            // Numbers only grow, so what lies below the next one is passed once and for all.
            while (cursor < taken.Length && taken[cursor].Start < next + size + gap)
            {
                next = UInt128.Max(next, taken[cursor].End + (UInt128)gap);
                cursor++;
            }

            UInt128 first = next;
            next += size + gap;
            return first;
        }
    }
}
