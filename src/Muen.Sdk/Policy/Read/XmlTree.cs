// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
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

    /// <summary>Elements and attributes of a file.</summary>
    internal const int NodeLimit = 1_000_000;

    /// <summary>Characters of an attribute's value.</summary>
    internal const int ValueLimit = 4096;

    private const string XInclude = "http://www.w3.org/2001/XInclude";

    /// <summary>The root element, null when an error was added.</summary>
    /// <param name="path">The file's name for places.</param>
    /// <param name="text">Its text.</param>
    /// <param name="bag">Receives errors.</param>
    internal static Element? Parse(string path, string text, DiagnosticBag bag)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            bag.Add(Place.Start(path), DiagnosticCodes.EmptyFile, "the file is empty; a policy begins with <system name=\"...\">");
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
            return Build(path, reader, bag);
        }
        catch (XmlException e)
        {
            var place = new Place(path, Math.Max(1, e.LineNumber), Math.Max(1, e.LinePosition));
            if (e.Message.Contains("DTD", StringComparison.Ordinal))
            {
                bag.Add(place, DiagnosticCodes.DtdForbidden, "document types and entities are not read; remove <!DOCTYPE ...>");
            }
            else
            {
                bag.Add(place, DiagnosticCodes.MalformedXml, $"{Describe(e)}; correct the XML here or shortly before");
            }

            return null;
        }
    }

    private static Element? Build(string path, XmlReader reader, DiagnosticBag bag)
    {
        var lines = (IXmlLineInfo)reader;
        var open = new Stack<Open>();
        Element? root = null;
        int nodes = 0;
        while (reader.Read())
        {
            var place = new Place(path, lines.LineNumber, lines.LinePosition);
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    if (open.Count == DepthLimit)
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
                    open.Push(new Open(ElementName(reader), place, Attributes(path, reader, lines, bag)));
                    if (empty)
                    {
                        root = Close(open, root);
                    }

                    break;
                case XmlNodeType.EndElement:
                    root = Close(open, root);
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA when open.Count != 0:
                    open.Peek().Text ??= place;
                    break;
            }
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

    private static ImmutableArray<Attribute> Attributes(string path, XmlReader reader, IXmlLineInfo lines, DiagnosticBag bag)
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

            var place = new Place(path, lines.LineNumber, lines.LinePosition);
            string value = reader.Value;
            if (value.Length > ValueLimit)
            {
                bag.Add(place, DiagnosticCodes.ValueTooLong, $"the value of '{Quote.Short(reader.Name)}' has {value.Length} characters; {ValueLimit} are allowed");
                value = value[..ValueLimit];
            }

            attributes.Add(new Attribute(reader.Name, value, place));
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
        return message.Length > 300 ? message[..300] + "..." : message;
    }

    private sealed class Open(string name, Place place, ImmutableArray<Attribute> attributes)
    {
        internal List<Element> Children { get; } = [];

        internal Place? Text { get; set; }

        internal Element Finish() => new(name, place, attributes, [.. Children], Text);
    }
}
