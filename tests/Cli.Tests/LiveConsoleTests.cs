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
        Assert.Equal("done\r\n> hel\r\e[J\e[2mkernel| cpu 0: one\e[0m\r\n> hello", shown);
    }

    /// <summary>A terminal wraps a line that is too long for it; all its rows go, and come again.</summary>
    [Theory]
    [InlineData("> 34567890", "")]
    [InlineData("> 34567890a", "\e[1A")]
    [InlineData("> 34567890a\b \b", "\e[1A")]
    [InlineData("> 34567890\b \bx", "")]
    [InlineData("> 3456789ü123456789ü", "\e[1A")]
    [InlineData("> 34567890123456789012", "\e[2A")]
    public void WrappedLineIsTakenAwayWhole(string open, string up)
    {
        string shown = Show(isTerminal: true, ("", open), ("kernel| ", "one\n"));
        Assert.Equal($"{open}\r{up}\e[J\e[2mkernel| one\e[0m\r\n{open}", shown);
    }

    /// <summary>Elsewhere nobody can take an open line back: it waits until it is whole.</summary>
    [Fact]
    public void PlainOutputIsWholeLines()
    {
        string shown = Show(isTerminal: false, ("", "> "), ("kernel| ", "one\ntw"), ("", "hel"), ("kernel| ", "o\r\n"), ("", "lo\r\nnext\nrest"), ("kernel| ", "half"));
        Assert.Equal("kernel| one\nkernel| two\n> hello\r\nnext\nrest\nkernel| half\n", shown);
    }

    /// <summary>A prompt, and an answer to it; a line of the kernel's breaks off what is shown, which then begins anew.</summary>
    [Fact]
    public void PlainOutputShowsWhatStandsOpenWhenItIsQuiet()
    {
        using var output = new MemoryStream();
        var console = new LiveConsole(output, null);
        void Print(string text) => console.Show("", Encoding.UTF8.GetBytes(text));
        string Shown() => Encoding.UTF8.GetString(output.ToArray());
        Print("hello\n> ");
        Assert.Equal("hello\n", Shown());
        console.Quiet();
        console.Quiet();
        Assert.Equal("hello\n> ", Shown());
        Print("abc\ndone\n> ");
        Assert.Equal("hello\n> abc\ndone\n", Shown());
        console.Quiet();
        console.Show("kernel| ", "one\n"u8.ToArray());
        Assert.Equal("hello\n> abc\ndone\n> \nkernel| one\n", Shown());
        Print("x\n");
        Assert.Equal("hello\n> abc\ndone\n> \nkernel| one\n> x\n", Shown());
        console.End();
        Assert.Equal("hello\n> abc\ndone\n> \nkernel| one\n> x\n", Shown());
    }

    [Fact]
    public void UnfinishedKernelLineWaits() => Assert.Equal("a", Show(isTerminal: true, ("kernel| ", "half"), ("", "a")));

    static string Show(bool isTerminal, params (string Prefix, string Text)[] pieces)
    {
        using var output = new MemoryStream();
        var console = new LiveConsole(output, isTerminal ? () => 10 : null);
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
