// SPDX-License-Identifier: MIT
using System;

namespace Muen.Sdk.Policy;

/// <summary>Where something is written: file, line and column, both counted from 1.</summary>
/// <param name="File">The file's path as it was given.</param>
/// <param name="Line">Line, 1 for the first.</param>
/// <param name="Column">Column, 1 for the first character of the line.</param>
public readonly record struct Place(string File, int Line, int Column) : IComparable<Place>
{
    /// <summary>What brought the text at this place into the policy: an include, a template's use; null for what is written in the policy's own file.</summary>
    public Origin? Origin { get; init; }

    /// <summary>The beginning of a file, for what concerns the file as a whole.</summary>
    /// <param name="file">The file's path.</param>
    public static Place Start(string file) => new(file, 1, 1);

    /// <summary>Orders by file, line, column.</summary>
    public int CompareTo(Place other)
    {
        int order = string.CompareOrdinal(File, other.File);
        if (order == 0)
        {
            order = Line.CompareTo(other.Line);
        }

        return order != 0 ? order : Column.CompareTo(other.Column);
    }

    /// <summary><c>file(line,column)</c>, the form that MSBuild and editors understand.</summary>
    public override string ToString() => $"{File}({Line},{Column})";

    public static bool operator <(Place left, Place right) => left.CompareTo(right) < 0;
    public static bool operator >(Place left, Place right) => left.CompareTo(right) > 0;
    public static bool operator <=(Place left, Place right) => left.CompareTo(right) <= 0;
    public static bool operator >=(Place left, Place right) => left.CompareTo(right) >= 0;
}
