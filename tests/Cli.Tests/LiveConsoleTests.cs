// SPDX-License-Identifier: MIT

using System.Text;
using Muen.Sdk.Cli.Running;

namespace Muen.Sdk.Cli.Tests;

/// <summary>Two serial ports on one screen.</summary>
public sealed class LiveConsoleTests
{
    [Fact]
    public void ConsoleBytesPassAsTheyAre()
    {
        string shown = Show(isTerminal: true, ("", "> grü"), ("", "ße\b \b\r\n"), ("", "\0\e"));
        Assert.Equal("> grüße\b \b\r\n\0\e", shown);
    }

    [Fact]
    public void KernelLineStandsAboveTheOpenLine()
    {
        string shown = Show(isTerminal: true, ("", "done\r\n> hel"), ("kernel| ", "cpu 0: on"), ("kernel| ", "e\r\n"), ("", "lo"));
        Assert.Equal("done\r\n> hel\r\e[K\e[2mkernel| cpu 0: one\e[0m\r\n> hello", shown);
    }

    /// <summary>Elsewhere nobody can take an open line back: it waits until it is whole.</summary>
    [Fact]
    public void PlainOutputIsWholeLines()
    {
        string shown = Show(isTerminal: false, ("", "> "), ("kernel| ", "one\ntw"), ("", "hel"), ("kernel| ", "o\r\n"), ("", "lo\r\nnext\nrest"), ("kernel| ", "half"));
        Assert.Equal("kernel| one\nkernel| two\n> hello\r\nnext\nrest\nkernel| half\n", shown);
    }

    [Fact]
    public void UnfinishedKernelLineWaits() => Assert.Equal("a", Show(isTerminal: true, ("kernel| ", "half"), ("", "a")));

    static string Show(bool isTerminal, params (string Prefix, string Text)[] pieces)
    {
        using var output = new MemoryStream();
        var console = new LiveConsole(output, isTerminal);
        foreach ((string prefix, string text) in pieces)
        {
            console.Show(prefix, Encoding.UTF8.GetBytes(text));
        }

        if (!isTerminal)
        {
            console.End();
        }

        return Encoding.UTF8.GetString(output.ToArray());
    }
}
