// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Muen.Sdk.Cli;

/// <summary>Errors as JSON, for commands that were asked for JSON: on standard output, where the caller reads.</summary>
static partial class ErrorList
{
    static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>An error with its lines, each of which may have a place and a code.</summary>
    public static string Json(string message) => JsonSerializer.Serialize(new { errors = message.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Entry) }, s_json);

    static object Entry(string line)
    {
        Match match = Placed().Match(line);
        int? Number(string group) => match.Groups[group].Success ? int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture) : null;
        string? Text(string group) => match.Groups[group].Success ? match.Groups[group].Value : null;
        return new { file = Text("file"), line = Number("line"), column = Number("column"), code = Text("code"), message = match.Success ? match.Groups["message"].Value : line };
    }

    [GeneratedRegex(@"^((?<file>.+?)(\((?<line>\d{1,9})(,(?<column>\d{1,9}))?\))?: )?error (?<code>MUEN\d{4}): (?<message>.*)$")]
    private static partial Regex Placed();
}
