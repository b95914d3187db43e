// SPDX-License-Identifier: MIT

using System.Collections.Immutable;
using System.Globalization;
using Spectre.Console;

namespace Muen.Sdk.Cli;

/// <summary>Tables on standard output: with lines on a terminal, columns of plain text elsewhere.</summary>
static class PlainTable
{
    /// <summary>Columns that a table may take where nobody knows how wide the window is.</summary>
    const int PlainWidth = 160;

    /// <summary>Spaces between two columns there.</summary>
    const int Gap = 2;

    /// <summary>An empty table.</summary>
    public static Table New(params string[] columns)
    {
        // Where there are no lines between columns, a gap keeps them apart.
        bool plain = Console.IsOutputRedirected;
        var table = new Table { Border = plain ? TableBorder.None : TableBorder.Rounded };
        foreach (string column in columns)
        {
            table.AddColumn(new TableColumn(Markup.Escape(column)).Padding(plain ? 0 : 1, 0, plain ? Gap : 1, 0));
        }

        return table;
    }

    /// <summary>Adds a row.</summary>
    public static void Row(Table table, params ImmutableArray<object> cells) =>
        table.AddRow([.. cells.Select(c => new Text(Convert.ToString(c, CultureInfo.InvariantCulture) ?? ""))]);

    /// <summary>Writes a table to standard output.</summary>
    public static void Write(Table table)
    {
        if (Console.IsOutputRedirected)
        {
            Console.Out.Write(Plain(table));
        }
        else
        {
            AnsiConsole.Console.Write(table);
        }
    }

    /// <summary>A table as plain text, without the blanks to which its last column is filled.</summary>
    static string Plain(Table table)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = PlainWidth;
        console.Write(table);
        return string.Join('\n', text.ToString().Split('\n').Select(l => l.TrimEnd()));
    }
}
