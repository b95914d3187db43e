// SPDX-License-Identifier: MIT
namespace Muen.Sdk.Policy;

/// <summary>Quotes what a file holds in a message without letting it grow with the file.</summary>
internal static class Quote
{
    private const int Longest = 80;

    /// <summary>The text, or its beginning and an ellipsis.</summary>
    internal static string Short(string text) => text.Length <= Longest ? text : text[..Longest] + "...";
}
