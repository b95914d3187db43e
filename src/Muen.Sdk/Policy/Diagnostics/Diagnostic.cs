// SPDX-License-Identifier: MIT
namespace Muen.Sdk.Policy;

/// <summary>One error of a policy, at its place.</summary>
/// <param name="File">Path of the file.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="Code"><c>MUENnnnn</c>; <see cref="DiagnosticCodes"/> explains it.</param>
/// <param name="Message">What is wrong; what to do.</param>
public sealed record Diagnostic(string File, int Line, int Column, string Code, string Message)
{
    /// <summary><c>file(line,column): error MUENnnnn: message</c>, on one line.</summary>
    public override string ToString() => $"{File}({Line},{Column}): error {Code}: {Message}";
}
