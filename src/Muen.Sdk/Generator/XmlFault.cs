// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;
using System.Xml;

namespace Muen.Sdk.Generator;

/// <summary>What is wrong with a file that is no XML, in words for its author. The reader's own speak of tokens and levels, and repeat the place.</summary>
static class XmlFault
{
    static readonly (Regex Pattern, string Words)[] s_words =
    [
        (new(@"^The '(.+)' start tag on line (\d+) position (\d+) does not match the end tag of '(.+)'"), "<$1> of line $2, column $3 is not closed before </$4>; write </$1> before it, or <$1/> where it has no contents"),
        (new(@"^Unexpected end of file has occurred\. The following elements are not closed: (.+?)\.?$"), "the file ends before these elements are closed: $1; write their end tags, </name>"),
        (new("^Unexpected end of file"), "the file ends within a tag or a comment; complete it"),
        (new("^'(.+)' is a duplicate attribute name"), "the attribute $1 stands twice in one element; remove one"),
        (new("^There are multiple root elements"), "there is a second element beside the first; a component's file has one <component>, and everything else is in it"),
        (new("^Root element is missing"), "there is no element; a component's file has one <component name=\"...\">"),
        (new("^Data at the root level is invalid"), "there is text outside of the element <component>; remove it"),
        (new("^An error occurred while parsing EntityName|^Reference to undeclared entity|^Expecting"), "an & begins nothing that is known here; for itself it is written &amp;"),
        (new("^'<', hexadecimal value 0x3C, is an invalid attribute character"), "a < stands in an attribute's value: a quotation mark is missing before it, or it is to be written &lt;"),
        (new("is an unexpected token\\. The expected token is '\"' or '''"), "an attribute's value is not in quotation marks; write name=\"value\""),
        (new("is an unexpected token\\. The expected token is '='"), "an attribute has no value; write name=\"value\""),
        (new("^For security reasons DTD is prohibited"), "document types and entities are not read; remove <!DOCTYPE ...>"),
        (new("^Name cannot begin with"), "a name of an element or attribute is expected here; a < of text is written &lt;"),
        (new("^Unexpected end tag"), "an end tag closes nothing; remove it"),
    ];

    /// <summary>Says what is wrong.</summary>
    public static string Words(XmlException fault)
    {
        string message = fault.Message;
        int place = message.LastIndexOf(" Line ", System.StringComparison.Ordinal);
        message = place < 0 ? message : message.Substring(0, place);
        foreach ((Regex pattern, string words) in s_words)
        {
            if (pattern.Match(message) is { Success: true } match)
            {
                return match.Result(words);
            }
        }

        return $"the XML goes wrong here or shortly before: {message.TrimEnd('.')}";
    }
}
