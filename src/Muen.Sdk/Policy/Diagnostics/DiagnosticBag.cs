// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Muen.Sdk.Policy;

/// <summary>
/// Collects the errors of a run. A hostile input may have millions: only the first <see cref="Limit"/> are kept, and one more says
/// that there were others, so a run stays bounded in memory.
/// </summary>
public sealed class DiagnosticBag
{
    /// <summary>Errors kept.</summary>
    public const int Limit = 1000;

    private const int SuggestionLimit = 100;

    // By what is wrong: a template that is used a hundred times shows its error once, with the first use.
    private readonly Dictionary<Diagnostic, Diagnostic> seen = [];
    private readonly HashSet<string> files = [];
    private Diagnostic? overflow;
    private int suggested;

    /// <summary>Whether there is an error.</summary>
    public bool HasErrors => seen.Count != 0;

    /// <summary>The policy files that were read, as they were named: a build that looks at their times knows when to run again.</summary>
    public IReadOnlyCollection<string> Files => files;

    /// <summary>All errors, ordered by file, line, column and code.</summary>
    public ImmutableArray<Diagnostic> Sorted
    {
        get
        {
            var sorted = seen.Values
                .OrderBy(d => d.File, StringComparer.Ordinal).ThenBy(d => d.Line).ThenBy(d => d.Column)
                .ThenBy(d => d.Code, StringComparer.Ordinal).ThenBy(d => d.Message, StringComparer.Ordinal)
                .ToImmutableArray();
            return overflow is null ? sorted : sorted.Add(overflow);
        }
    }

    /// <summary>Notes that a policy file was opened.</summary>
    internal void Opened(string path) => files.Add(path);

    /// <summary>Adds an error; the same error at the same place counts once.</summary>
    /// <param name="place">Where.</param>
    /// <param name="code">Which entry of <see cref="DiagnosticCodes"/>.</param>
    /// <param name="message">What is wrong; what to do. Control characters are replaced; the chain of the place's origins is added.</param>
    public void Add(Place place, DiagnosticCode code, string message)
    {
        if (seen.Count >= Limit)
        {
            overflow ??= new Diagnostic(place.File, place.Line, place.Column, DiagnosticCodes.TooManyErrors.Id,
                $"more than {Limit} errors, the others are left out; correct these first");
            return;
        }

        var error = new Diagnostic(place.File, place.Line, place.Column, code.Id, OneLine(message));
        seen.TryAdd(error, place.Origin is { } origin ? error with { Message = $"{error.Message} {OneLine(origin.ToString())}" } : error);
    }

    /// <summary>Adds an error about a name that nothing has, with the nearest name and the list of what there is.</summary>
    /// <param name="place">Where the name is used.</param>
    /// <param name="code">Which entry of <see cref="DiagnosticCodes"/>.</param>
    /// <param name="what">What should have the name, in the singular: <c>subject</c>.</param>
    /// <param name="name">The name.</param>
    /// <param name="known">The names there are.</param>
    /// <param name="plural">What they are, in the plural: <c>subjects</c>.</param>
    /// <param name="where">Where it should be known, with a preposition; empty for the whole system.</param>
    internal void AddUnknown(Place place, DiagnosticCode code, string what, string name, IEnumerable<string> known, string plural, string where = "")
    {
        if (seen.Count >= Limit)
        {
            Add(place, code, "");
            return;
        }

        // Comparing with every name takes its time, and nobody reads hundreds of suggestions.
        string end = suggested++ < SuggestionLimit ? Spelling.Suggest(name, known, plural) : $"correct the name, or declare the {what}";
        Add(place, code, $"unknown {what} '{Quote.Short(name)}'{where}; {end}");
    }

    // What a terminal would obey instead of showing, marks that change the direction of writing included, is not repeated.
    private static string OneLine(string text)
    {
        if (text.All(c => char.IsAscii(c) && !char.IsControl(c)))
        {
            return text;
        }

        var line = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            line.Append(Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator ? "?" : rune.ToString());
        }

        return line.ToString();
    }
}
