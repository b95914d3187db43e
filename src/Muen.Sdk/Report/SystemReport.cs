// SPDX-License-Identifier: MIT

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Muen.Sdk.Policy;
using Muen.Sdk.Report.Page;

namespace Muen.Sdk.Report;

/// <summary>The report of a compiled system. Equal systems give equal reports: no time, no path, no chance is in it.</summary>
public sealed class SystemReport
{
    static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    SystemReport(ReportModel model) => Model = model;

    /// <summary>What it says.</summary>
    public ReportModel Model { get; }

    /// <summary>Compiles a policy and reports on it.</summary>
    /// <param name="input">The policy, the kernel, and where files are found.</param>
    /// <param name="files">Files that were packed from it: their names and sizes in bytes.</param>
    /// <param name="bag">Receives what is wrong with the policy.</param>
    /// <returns>Null after an error.</returns>
    public static SystemReport? Of(CompilationInput input, IEnumerable<ReportFile> files, DiagnosticBag bag)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(bag);
        return PolicyCompiler.Compile(input, bag) is { } image ? new(ReportBuilder.Build(image, input.PolicyPath, files, bag)) : null;
    }

    /// <summary>One file with everything in it, for a browser or a printer.</summary>
    public string ToHtml() => HtmlPage.Write(Model);

    /// <summary>The same for programs.</summary>
    public string ToJson() => JsonSerializer.Serialize(Model, s_json);
}
