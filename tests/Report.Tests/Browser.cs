// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Muen.Sdk.Report.Tests;

/// <summary>Chromium without a window.</summary>
static partial class Browser
{
    const string Program = "/usr/bin/chromium";

    static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    /// <summary>Lays a page out and looks for what is wrong with it.</summary>
    /// <param name="html">The page.</param>
    /// <param name="width">Width of the window in pixels.</param>
    /// <returns>How many texts it has, and what is wrong: layout, errors of scripts, attempts to load something.</returns>
    public static async Task<(int Texts, string[] Wrong)> Check(string html, int width)
    {
        using var folder = new TemporaryFolder();
        using var stream = new StreamReader(typeof(Browser).Assembly.GetManifestResourceStream("check.js")!);
        string page = html.Replace("</body>", $"<script>\n{await stream.ReadToEndAsync()}</script></body>", StringComparison.Ordinal);
        folder.Write("page.html", page);
        (string dom, string log) = await Run(folder, $"--window-size={width},1000", "--enable-logging=stderr", "--dump-dom", new Uri(folder.File("page.html")).AbsoluteUri);
        Match found = Result().Match(dom);
        Assert.True(found.Success, $"the page's script did not finish:\n{log}");
        string[] lines = WebUtility.HtmlDecode(found.Groups[2].Value).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] console = [.. log.Split('\n').Where(l => l.Contains(":CONSOLE", StringComparison.Ordinal))];
        return (int.Parse(found.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), [.. lines, .. console]);
    }

    /// <summary>Lays a page out and reads it.</summary>
    /// <param name="html">The page.</param>
    /// <param name="selector">What of it.</param>
    /// <returns>The text of each, blanks and new lines as one blank.</returns>
    public static Task<string[]> Texts(string html, string selector) =>
        Ask(html, $$"""[...document.querySelectorAll("{{selector}}")].map(e => e.textContent.trim().replace(/\s+/g, " "))""");

    /// <summary>Lets a page draw itself and asks it.</summary>
    /// <param name="html">The page.</param>
    /// <param name="question">An expression of JavaScript that gives texts; it may await.</param>
    /// <returns>The texts; and what the page complained of.</returns>
    public static async Task<string[]> Ask(string html, string question)
    {
        using var folder = new TemporaryFolder();
        string script = $$"""
            <script>
            (() => {
              const root = document.documentElement;
              const answer = async () => {
                const texts = await (async () => {{question}})();
                const result = document.createElement("pre");
                result.id = "texts";
                result.textContent = JSON.stringify(texts.map(String));
                document.body.replaceChildren(result);
              };
              new MutationObserver((_, o) => { if (root.dataset.drawn !== undefined) { o.disconnect(); answer(); } }).observe(root, { attributes: true });
            })();
            </script></body>
            """;
        folder.Write("page.html", html.Replace("</body>", script, StringComparison.Ordinal));

        // Of its own time, so that waiting costs none of ours.
        (string dom, string log) = await Run(folder, "--virtual-time-budget=600000", "--enable-logging=stderr", "--dump-dom", new Uri(folder.File("page.html")).AbsoluteUri);
        Match found = ResultTexts().Match(dom);
        Assert.True(found.Success, $"the page's script did not finish:\n{log}");
        return [.. JsonSerializer.Deserialize<string[]>(WebUtility.HtmlDecode(found.Groups[1].Value))!, .. log.Split('\n').Where(l => l.Contains(":CONSOLE", StringComparison.Ordinal))];
    }

    /// <summary>Takes a picture of a page.</summary>
    /// <returns>The bytes of a PNG.</returns>
    public static async Task<byte[]> Screenshot(string html, int width, int height, bool dark)
    {
        using var folder = new TemporaryFolder();
        folder.Write("page.html", dark ? html.Replace("<html ", "<html class=\"dark\" ", StringComparison.Ordinal) : html);
        await Run(folder, $"--window-size={width},{height}", "--hide-scrollbars", $"--screenshot={folder.File("page.png")}", new Uri(folder.File("page.html")).AbsoluteUri);
        return await File.ReadAllBytesAsync(folder.File("page.png"));
    }

    static async Task<(string Output, string Log)> Run(TemporaryFolder folder, params string[] arguments)
    {
        // Root has no sandbox of Chromium's, and containers have a small /dev/shm.
        var start = new ProcessStartInfo(Program, ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", $"--user-data-dir={folder.File("profile")}", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process browser = Process.Start(start)!;
        using var patience = new CancellationTokenSource(s_patience);
        try
        {
            Task<string> output = browser.StandardOutput.ReadToEndAsync(patience.Token);
            Task<string> log = browser.StandardError.ReadToEndAsync(patience.Token);
            await browser.WaitForExitAsync(patience.Token);
            return (await output, await log);
        }
        finally
        {
            if (!browser.HasExited)
            {
                browser.Kill(entireProcessTree: true);
            }
        }
    }

    [GeneratedRegex("<pre id=\"check\">checked ([0-9]+) texts\n(.*?)</pre>", RegexOptions.Singleline)]
    private static partial Regex Result();

    [GeneratedRegex("<pre id=\"texts\">(.*?)</pre>", RegexOptions.Singleline)]
    private static partial Regex ResultTexts();
}
