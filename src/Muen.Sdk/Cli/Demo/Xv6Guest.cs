// SPDX-License-Identifier: MIT

using Muen.Sdk.Cli.Commands;

namespace Muen.Sdk.Cli.Demo;

/// <summary>An xv6 that its user built, at its shell.</summary>
sealed record Xv6Guest : DemoGuest
{
    const string Prompt = "$";

    /// <summary>Begins the last line of every terminal but the guest's.</summary>
    const string StatusLine = " F1 ";

    /// <summary>Takes the user's files.</summary>
    /// <param name="kernel">xv6's kernel, an ELF file.</param>
    /// <param name="fileSystem">The image of its disk; null for a kernel that has its files in memory.</param>
    /// <exception cref="UserException">One is no file.</exception>
    public Xv6Guest(string kernel, string? fileSystem)
        : base("xv6", fileSystem is null ? "xv6.xml" : "xv6-disk.xml")
    {
        Inputs.RequireFile(kernel, "kernel");
        Dictionary<string, string> files = new() { ["xv6.elf"] = Path.GetFullPath(kernel) };
        if (fileSystem is not null)
        {
            Inputs.RequireFile(fileSystem, "file system image");
            files["fs.img"] = Path.GetFullPath(fileSystem);
        }

        Files = files;
    }

    public override bool IsSeen(IReadOnlyList<string> lines) => !lines[^1].StartsWith(StatusLine, StringComparison.Ordinal);

    public override async Task PlayAsync(ScreenDemo demo)
    {
        await demo.ShowAsync(ScreenDemo.Guest, IsWaiting, "the prompt of xv6's shell");
        await demo.TypeAsync("echo unmodified\r");
        await demo.WaitAsync(l => Answered(l, "unmodified"), "the answer of xv6's shell");
        demo.Pass("guest: xv6 is at its shell, and answers what is typed");
    }

    public override async Task RestAsync(ScreenDemo demo)
    {
        await demo.ChooseAsync(4);
        await demo.ShowAsync(ScreenDemo.Guest, IsWaiting, "xv6's shell");
        await demo.TypeAsync("echo again\r");
        IReadOnlyList<string> before = await demo.StandingAsync();
        if (!IsWaiting(before))
        {
            throw new UserException($"xv6 takes keys in plan 4, which has no time for it:\n{string.Join('\n', before)}");
        }

        await demo.ChooseAsync(1);
        await demo.ShowAsync(ScreenDemo.Guest, l => Answered(l, "again"), "the answer to what was typed meanwhile");
        demo.Pass("plan 4: the guest rests; plan 1: it goes on");
    }

    static bool IsWaiting(IReadOnlyList<string> lines) => lines.LastOrDefault(l => l.Length > 0) == Prompt;

    static bool Answered(IReadOnlyList<string> lines, string answer) => lines.Contains(answer) && IsWaiting(lines);
}
