// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Text;
using System.Xml;

namespace Muen.Sdk.Policy.Read;

/// <summary>
/// Turns XML text into a tree of <see cref="Element"/>s. Document types are refused, depth and number of elements bounded. Errors of the XML itself end the
/// file, since nothing after them has a meaning.
/// </summary>
internal static class XmlTree
{
    /// <summary>Elements in each other.</summary>
    internal const int DepthLimit = 64;

    /// <summary>Elements and attributes of a policy, all its files together.</summary>
    internal const int NodeLimit = 1_000_000;

    /// <summary>Attributes of one element. Reading them takes <see cref="XmlReader"/> time that grows with the square of their number.</summary>
    internal const int AttributeLimit = 10_000;

    /// <summary>Characters of an attribute's value.</summary>
    internal const int ValueLimit = 4096;

    /// <summary>What is written for readers only: it may stand anywhere, as in the original's files.</summary>
    internal const string Documentation = "doc";

    private const string XInclude = "http://www.w3.org/2001/XInclude";

    /// <summary>The root element of a file that stands alone, null when an error was added.</summary>
    /// <param name="path">The file's name for places.</param>
    /// <param name="text">Its text.</param>
    /// <param name="bag">Receives errors.</param>
    internal static Element? Parse(string path, string text, DiagnosticBag bag)
    {
        int nodes = 0;
        return Parse(path, text, null, 0, ref nodes, bag);
    }

    /// <summary>The root element, null when an error was added.</summary>
    /// <param name="path">The file's name for places.</param>
    /// <param name="text">Its text.</param>
    /// <param name="origin">What brought the file into the policy.</param>
    /// <param name="depth">Elements of other files around it.</param>
    /// <param name="nodes">Elements and attributes of the policy so far.</param>
    /// <param name="bag">Receives errors.</param>
    internal static Element? Parse(string path, string text, Origin? origin, int depth, ref int nodes, DiagnosticBag bag)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            bag.Add(Place.Start(path) with { Origin = origin }, DiagnosticCodes.EmptyFile, "the file is empty; a policy begins with <system name=\"...\">");
            return null;
        }

        if (FindCrowdedTag(text) is { } crowded)
        {
            bag.Add(SourceFile.PlaceOf(path, text.AsSpan(0, crowded)) with { Origin = origin }, DiagnosticCodes.TooManyElements, $"the element has more than {AttributeLimit} attributes; make the policy smaller");
            return null;
        }

        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            IgnoreWhitespace = true,
            MaxCharactersInDocument = SourceFile.Limit,
        };
        using var source = new StringReader(text);
        using var reader = XmlReader.Create(source, settings);
        try
        {
            return Build(path, reader, origin, depth, ref nodes, bag);
        }
        catch (XmlException e)
        {
            var place = new Place(path, Math.Max(1, e.LineNumber), Math.Max(1, e.LinePosition)) { Origin = origin };
            if (e.Message.Contains("DTD", StringComparison.Ordinal))
            {
                bag.Add(place, DiagnosticCodes.DtdForbidden, "document types and entities are not read; remove <!DOCTYPE ...>, and write <include href=\"file.xml\"/> where an entity stood for a file");
            }
            else
            {
                string what = Describe(e);
                bag.Add(place, DiagnosticCodes.MalformedXml, what.Contains(';', StringComparison.Ordinal) ? what : $"{what}; correct the XML here or shortly before");
            }

            return null;
        }
    }

    // The beginning of the first tag with more attributes than one may have. In well-formed XML no '<' stands in a tag, so that what is long ends at the next one.
    private static int? FindCrowdedTag(ReadOnlySpan<char> text)
    {
        for (int start = text.IndexOf('<'), end; start >= 0; start = end)
        {
            int length = text[(start + 1)..].IndexOf('<');
            end = length < 0 ? -1 : start + 1 + length;
            ReadOnlySpan<char> tag = length < 0 ? text[(start + 1)..] : text.Slice(start + 1, length);
            if (tag.Length < AttributeLimit * 4 || tag[0] is '!' or '?')
            {
                continue;
            }

            int values = 0;
            for (int at = tag.IndexOfAny('"', '\'', '>'); at >= 0 && tag[at] != '>'; at = tag.IndexOfAny('"', '\'', '>'))
            {
                int close = tag[(at + 1)..].IndexOf(tag[at]);
                if (++values > AttributeLimit)
                {
                    return start + 1;
                }

                tag = close < 0 ? default : tag[(at + close + 2)..];
            }
        }

        return null;
    }

    private static Element? Build(string path, XmlReader reader, Origin? origin, int depth, ref int nodes, DiagnosticBag bag)
    {
        var lines = (IXmlLineInfo)reader;
        var open = new Stack<Open>();
        Element? root = null;
        bool more = reader.Read();
        while (more)
        {
            var place = new Place(path, lines.LineNumber, lines.LinePosition) { Origin = origin };
            switch (reader.NodeType)
            {
                case XmlNodeType.Element when reader.LocalName == Documentation && open.Count != 0:
                    // It may hold any text and markup. Skipping goes on to what follows it, so nothing is read here.
                    reader.Skip();
                    continue;
                case XmlNodeType.Element:
                    if (depth + open.Count >= DepthLimit)
                    {
                        bag.Add(place, DiagnosticCodes.NestedTooDeeply, $"element '{Quote.Short(reader.LocalName)}' is nested more than {DepthLimit} deep; a policy needs less");
                        return null;
                    }

                    nodes += 1 + reader.AttributeCount;
                    if (nodes > NodeLimit)
                    {
                        bag.Add(place, DiagnosticCodes.TooManyElements, $"more than {NodeLimit} elements and attributes; make the policy smaller");
                        return null;
                    }

                    bool empty = reader.IsEmptyElement;
                    open.Push(new Open(ElementName(reader), place, Attributes(path, reader, lines, origin, bag)));
                    if (empty)
                    {
                        root = Close(open, root);
                    }

                    break;
                case XmlNodeType.EndElement:
                    root = Close(open, root);
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA when open.Count != 0:
                    open.Peek().Add(reader.Value, place);
                    break;
            }

            more = reader.Read();
        }

        return root;
    }

    private static Element? Close(Stack<Open> open, Element? root)
    {
        Element element = open.Pop().Finish();
        if (open.Count == 0)
        {
            return element;
        }

        open.Peek().Children.Add(element);
        return root;
    }

    // An element of a foreign namespace keeps its prefix, so that no rule knows it.
    private static string ElementName(XmlReader reader) =>
        reader.NamespaceURI.Length == 0 || reader.NamespaceURI == XInclude ? reader.LocalName : reader.Name.Contains(':', StringComparison.Ordinal) ? reader.Name : $"{reader.Name} of namespace {Quote.Short(reader.NamespaceURI)}";

    private static ImmutableArray<Attribute> Attributes(string path, XmlReader reader, IXmlLineInfo lines, Origin? origin, DiagnosticBag bag)
    {
        if (!reader.MoveToFirstAttribute())
        {
            return [];
        }

        var attributes = ImmutableArray.CreateBuilder<Attribute>(reader.AttributeCount);
        do
        {
            // Namespace declarations and hints for XML editors say nothing about the system.
            if (reader.NamespaceURI is "http://www.w3.org/2000/xmlns/" or "http://www.w3.org/2001/XMLSchema-instance" or "http://www.w3.org/XML/1998/namespace")
            {
                continue;
            }

            var place = new Place(path, lines.LineNumber, lines.LinePosition) { Origin = origin };
            string value = reader.Value;
            bool tooLong = value.Length > ValueLimit;
            if (tooLong)
            {
                bag.Add(place, DiagnosticCodes.ValueTooLong, $"the value of '{Quote.Short(reader.Name)}' has {value.Length} characters; {ValueLimit} are allowed");
                value = "";
            }

            attributes.Add(new Attribute(reader.Name, value, place, Unresolved: tooLong));
        }
        while (reader.MoveToNextAttribute());
        reader.MoveToElement();
        return attributes.ToImmutable();
    }

    private static string Describe(XmlException e)
    {
        // The reader repeats the place in its text; ours stands in front already.
        string message = e.Message;
        int place = message.LastIndexOf(" Line ", StringComparison.Ordinal);
        if (place > 0)
        {
            message = message[..place];
        }

        message = message.TrimEnd('.', ' ');
        if (message.Contains("multiple root elements", StringComparison.Ordinal))
        {
            return "there is a second root element; if the file brings several, put them into <include>...</include>";
        }

        return message.Length > 300 ? message[..300] + "..." : message;
    }

    private sealed class Open(string name, Place place, ImmutableArray<Attribute> attributes)
    {
        private StringBuilder? text;
        private Place textPlace;

        internal List<Element> Children { get; } = [];

        internal void Add(string value, Place valuePlace)
        {
            // Where there is much of it, the reader does not ignore whitespace.
            if (text is null && string.IsNullOrWhiteSpace(value))
            {
                return;
            }

            if (text is null)
            {
                (text, textPlace) = (new StringBuilder(), valuePlace);
                value = value.TrimStart();
            }

            text.Append(value, 0, Math.Min(value.Length, ValueLimit + 1 - text.Length));
        }

        internal Element Finish() =>
            new(name, place, attributes, [.. Children], text is null ? null : new ElementText(text.ToString().TrimEnd(), textPlace));
    }
}
