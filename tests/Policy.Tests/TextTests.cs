// SPDX-License-Identifier: MIT
using System;
using System.Linq;
using Muen.Sdk.Policy.Read;

namespace Muen.Sdk.Policy.Tests;

/// <summary>Numbers, names and suggestions.</summary>
public sealed class TextTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("4096", 4096)]
    [InlineData("4_096", 4096)]
    [InlineData("0x1000", 4096)]
    [InlineData("0XfF", 255)]
    [InlineData("16#1000#", 4096)]
    [InlineData("16#0000_1000#", 4096)]
    [InlineData("2#1010#", 10)]
    [InlineData("10#12#", 12)]
    [InlineData("4K", 4096)]
    [InlineData("2m", 2 << 20)]
    [InlineData("1G", 1 << 30)]
    [InlineData(" 7 ", 7)]
    public void Numbers_are_read(string text, int value)
    {
        Assert.True(Numbers.TryParse(text, out UInt128 number));
        Assert.Equal((UInt128)value, number);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("K")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("0x")]
    [InlineData("0xg")]
    [InlineData("_1")]
    [InlineData("1_")]
    [InlineData("1__0")]
    [InlineData("16#")]
    [InlineData("16##")]
    [InlineData("16#10")]
    [InlineData("17#10#")]
    [InlineData("1#0#")]
    [InlineData("2#12#")]
    [InlineData("#10#")]
    [InlineData("4KB")]
    [InlineData("4 K")]
    [InlineData("٤")]
    [InlineData("99999999999999999999999999999999999999999999")]
    public void What_is_no_number_is_refused(string text) => Assert.False(Numbers.TryParse(text, out _));

    [Fact]
    public void A_number_beyond_64_bits_does_not_wrap()
    {
        Assert.True(Numbers.TryParse("0xFFFFFFFFFFFFFFFF", out UInt128 largest));
        Assert.Equal((UInt128)ulong.MaxValue, largest);
        Assert.True(!Numbers.TryParse("0x10000000000000000", out UInt128 next) || next > ulong.MaxValue);
        Assert.True(!Numbers.TryParse("18446744073709551615G", out UInt128 unit) || unit > ulong.MaxValue);
    }

    [Theory]
    [InlineData("crytper", "crypter")]
    [InlineData("Crypter", "crypter")]
    [InlineData("cryptr", "crypter")]
    [InlineData("client1", "client")]
    [InlineData("something", null)]
    [InlineData("x", null)]
    public void A_misspelt_name_has_a_suggestion(string name, string? expected) => Assert.Equal(expected, Spelling.Nearest(name, ["client", "crypter", "y"]));

    [Theory]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "abc", 0)]
    [InlineData("abc", "acb", 1)]
    [InlineData("abc", "abd", 1)]
    [InlineData("abc", "ab", 1)]
    [InlineData("kitten", "sitting", 3)]
    public void Distances_count_edits(string a, string b, int distance)
    {
        Assert.Equal(distance, Spelling.Distance(a, b));
        Assert.Equal(distance, Spelling.Distance(b, a));
    }

    [Fact]
    public void A_long_list_of_names_is_cut()
    {
        string message = Spelling.Suggest("nothing", Enumerable.Range(0, 100).Select(i => $"name{i:D3}"), "names");
        Assert.EndsWith("name011 and 88 more", message, StringComparison.Ordinal);
    }
}
