// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Xml;
using System.Xml.Linq;
using Microsoft.CodeAnalysis.Text;

namespace Muen.Sdk.Generator;

/// <summary>
/// Reads what a component.xml declares. It judges only what C# members cannot be made of; everything else is the policy compiler's to judge. Conditions are not
/// evaluated: what stands in an <c>if</c> or a <c>case</c> may be there, so it has a member. Names that are variables have none.
/// </summary>
sealed class ComponentReader
{
    /// <summary>Characters of a name (ABI, limits).</summary>
    const int NameLength = 63;
    const int FirstVector = 32;

    readonly string _path;
    readonly SourceText _text;
    readonly List<Member> _members = [];
    readonly List<Problem> _problems = [];

    ComponentReader(string path, SourceText text)
    {
        _path = path;
        _text = text;
    }

    internal static ComponentModel Read(string path, SourceText text, string nameSpace)
    {
        ComponentReader reader = new(path, text);
        string name = reader.Read();
        return new ComponentModel(name, nameSpace, path, new(reader._members), new(reader._problems));
    }

    string Read()
    {
        XElement root;
        try
        {
            XmlReaderSettings settings = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };
            using XmlReader xml = XmlReader.Create(new StringReader(_text.ToString()), settings);
            root = XDocument.Load(xml, LoadOptions.SetLineInfo).Root!;
        }
        catch (XmlException e)
        {
            Report("MUEN2001", At(e.LineNumber, e.LinePosition, 1), XmlFault.Words(e));
            return "";
        }
        if (root.Name.LocalName != "component")
        {
            Report("MUEN2002", PlaceOf(root, root.Name.LocalName.Length), $"the root element is '{root.Name.LocalName}'; a component's file has one <component name=\"...\">");
            return "";
        }
        foreach (XElement requires in Children(root, "requires"))
        {
            ReadMemory(Children(requires, "memory"));
            ReadChannels(Children(requires, "channels"));
            foreach (XElement device in Children(requires, "devices").SelectMany(d => Elements(d)))
            {
                ReadDevice(device);
            }
            foreach (XElement events in Children(requires, "events"))
            {
                ReadEvents(events);
            }
        }
        ReadMemory(Children(root, "provides"));
        ReportDuplicates();
        return root.Attribute("name")?.Value ?? "";
    }

    void ReadMemory(IEnumerable<XElement> sections)
    {
        foreach (XElement memory in sections.SelectMany(s => Elements(s)).SelectMany(e => e.Name.LocalName == "array" ? Elements(e) : [e]).Where(e => e.Name.LocalName == "memory"))
        {
            Add(MemberKind.Memory, "", memory);
        }
    }

    void ReadChannels(IEnumerable<XElement> sections)
    {
        foreach (XElement end in sections.SelectMany(s => Elements(s)))
        {
            bool array = end.Name.LocalName == "array";
            foreach (XElement channel in array ? Elements(end) : [end])
            {
                bool reader = channel.Name.LocalName == "reader";
                if (!reader && channel.Name.LocalName != "writer")
                {
                    continue;
                }
                Add(reader ? MemberKind.Reader : MemberKind.Writer, "", channel, "type");

                // The signal of a channel has the channel's name.
                if (end.Attribute(array ? (reader ? "vectorBase" : "eventBase") : reader ? "vector" : "event") is not null)
                {
                    Add(reader ? MemberKind.Interrupt : MemberKind.Event, "", channel, vector: array ? null : channel.Attribute("vector")?.Value);
                }
            }
        }
    }

    void ReadDevice(XElement device)
    {
        XElement[] devices = [.. device.Name.LocalName == "array" ? Elements(device).Where(d => d.Name.LocalName == "device") : [device]];
        foreach (XElement one in devices)
        {
            if (NameOf(one, report: true) is not { } name)
            {
                continue;
            }
            foreach (XElement part in Elements(device))
            {
                switch (part.Name.LocalName)
                {
                    case "ioPort":
                        Add(MemberKind.DevicePorts, name, part);
                        break;
                    case "memory":
                        Add(MemberKind.DeviceMemory, name, part);
                        break;
                    case "irq" when Elements(part).Any(m => m.Name.LocalName == "msi"):
                        foreach (XElement message in Elements(part).Where(m => m.Name.LocalName == "msi"))
                        {
                            Add(MemberKind.DeviceInterrupt, name, message);
                        }
                        break;
                    case "irq":
                        Add(MemberKind.DeviceInterrupt, name, part, vector: devices.Length == 1 ? part.Attribute("vector")?.Value : null);
                        break;
                    default:
                        break;
                }
            }
        }
    }

    void ReadEvents(XElement events)
    {
        foreach (XElement source in Children(events, "source").SelectMany(s => Elements(s)).Where(e => e.Name.LocalName == "event"))
        {
            Add(MemberKind.Event, "", source);
        }
        foreach (XElement target in Children(events, "target").SelectMany(s => Elements(s)).Where(e => e.Name.LocalName == "event"))
        {
            if (Children(target, "inject_interrupt").FirstOrDefault() is { } inject)
            {
                Add(MemberKind.Interrupt, "", target, vector: inject.Attribute("vector")?.Value);
            }
        }
    }

    void Add(MemberKind kind, string device, XElement element, string? type = null, string? vector = null)
    {
        // A channel that lacks its name is reported once, not for its signal as well.
        if (NameOf(element, report: device.Length != 0 || kind is not (MemberKind.Event or MemberKind.Interrupt) || element.Name.LocalName == "event") is not { } logical)
        {
            return;
        }
        XAttribute named = element.Attribute("logical")!;
        XAttribute? typed = type is null ? null : element.Attribute(type);
        Place place = typed is null ? PlaceOf(named, named.Name.LocalName.Length) : PlaceOf(typed, typed.Name.LocalName.Length);
        int fixedVector = vector is not null && int.TryParse(vector, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= FirstVector and <= 255 ? number : -1;
        Member member = new(kind, device, logical, typed?.Value ?? "", fixedVector, place);

        // Alternatives of a condition name the same thing twice.
        if (!_members.Exists(m => m with { Place = place } == member))
        {
            _members.Add(member);
        }
    }

    /// <summary>The logical name; null when there is none that a member could be made of.</summary>
    string? NameOf(XElement element, bool report)
    {
        if (element.Attribute("logical") is not { } logical)
        {
            if (report)
            {
                Report("MUEN2003", PlaceOf(element, element.Name.LocalName.Length), $"<{element.Name.LocalName}> has no logical name; add logical=\"...\"");
            }
            return null;
        }
        string name = logical.Value;
        if (name.StartsWith("$", System.StringComparison.Ordinal))
        {
            return null;
        }
        if (name.Length is > 0 and <= NameLength && IsLetterOrDigit(name[0]) && name[name.Length - 1] != ' ' && name.All(c => IsLetterOrDigit(c) || "_-.+| ".IndexOf(c) >= 0))
        {
            return name;
        }
        if (report)
        {
            Report("MUEN2003", PlaceOf(logical, logical.Name.LocalName.Length), $"'{name}' is not a name; use up to {NameLength} letters, digits, '_', '-', '.' and '+', the first a letter or digit");
        }
        return null;
    }

    void ReportDuplicates()
    {
        Dictionary<(string Group, string Name), Member> seen = [];
        foreach (Member member in _members)
        {
            (string, string) key = (ComponentSource.Group(member), ComponentSource.Identifier(member.Logical));
            if (seen.TryGetValue(key, out Member first))
            {
                Report("MUEN2004", member.Place, $"'{member.Logical}' and '{first.Logical}' (line {first.Place.Line + 1}) are both called {key.Item1}.{key.Item2} in C#; rename one");
            }
            else
            {
                seen.Add(key, member);
            }
        }
    }

    static IEnumerable<XElement> Children(XElement parent, string name) => Elements(parent).Where(e => e.Name.LocalName == name);

    /// <summary>The children, those within conditions among them.</summary>
    static IEnumerable<XElement> Elements(XElement parent) =>
        parent.Elements().SelectMany(e => e.Name.LocalName is "if" or "case" or "when" or "others" ? Elements(e) : [e]);

    static bool IsLetterOrDigit(char c) => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9');

    /// <summary>The reader says the place in its text too, in words.</summary>

    void Report(string id, Place place, string text) => _problems.Add(new Problem(id, place, text));

    Place PlaceOf(IXmlLineInfo node, int length) => At(node.LineNumber, node.LinePosition, length);

    /// <summary>A place from line and column as XML counts them, from 1.</summary>
    Place At(int line, int column, int length)
    {
        int index = System.Math.Min(System.Math.Max(line - 1, 0), _text.Lines.Count - 1);
        TextLine whole = _text.Lines[index];
        int start = System.Math.Min(whole.Start + System.Math.Max(column - 1, 0), whole.End);
        return new Place(_path, index, start - whole.Start, start, System.Math.Min(length, whole.End - start));
    }
}
