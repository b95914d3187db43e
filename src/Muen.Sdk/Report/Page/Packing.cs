// SPDX-License-Identifier: MIT

using System.IO.Compression;
using System.Text;

namespace Muen.Sdk.Report.Page;

/// <summary>
/// The pictures of a large system are long and repeat themselves: such a part of the page is in it compressed, and a script puts it in its place. Parts of ordinary length stay
/// readable without scripts.
/// </summary>
static class Packing
{
    /// <summary>Longer parts are packed.</summary>
    public const int Ordinary = 200_000;

    /// <summary>A part of the page, packed when it is longer than a length.</summary>
    public static string Of(string html, int longest = Ordinary) => html.Length <= longest
        ? html
        : $"<div class=\"packed\"><script type=\"text/plain\">{Convert.ToBase64String(Compress(html))}</script><noscript><p class=\"hint\">This part of a large system is drawn by a script, and scripts are off.</p></noscript></div>\n";

    static byte[] Compress(string html)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize))
        {
            gzip.Write(Encoding.UTF8.GetBytes(html));
        }

        return packed.ToArray();
    }
}
