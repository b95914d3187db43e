// SPDX-License-Identifier: MIT
namespace Muen.TestSystems.CoreLib;

/// <summary>The groups of cases, by number.</summary>
static class Groups
{
    internal const int Count = 20;

    /// <summary>Cases of each group.</summary>
    internal const int Cases = 300;

    internal static string Name(int group) => group switch
    {
        0 => nameof(SpanCases.Windows),
        1 => nameof(SpanCases.Searches),
        2 => nameof(SpanCases.Comparisons),
        3 => nameof(SpanCases.Sorts),
        4 => nameof(SpanCases.Splits),
        5 => nameof(SpanCases.Ranges),
        6 => nameof(TextCases.Characters),
        7 => nameof(TextCases.Utf8Text),
        8 => nameof(TextCases.Utf16Text),
        9 => nameof(TextCases.Formatting),
        10 => nameof(TextCases.Interpolation),
        11 => nameof(TextCases.Parsing),
        12 => nameof(TextCases.Times),
        13 => nameof(NumberCases.Whole),
        14 => nameof(NumberCases.Bits),
        15 => nameof(NumberCases.Floating),
        16 => nameof(MemoryCases.ByteOrders),
        17 => nameof(MemoryCases.Views),
        18 => nameof(MemoryCases.Atomics),
        _ => nameof(MemoryCases.Collections),
    };

    internal static void Run(int group, ref Case c)
    {
        switch (group)
        {
            case 0: SpanCases.Windows(ref c); break;
            case 1: SpanCases.Searches(ref c); break;
            case 2: SpanCases.Comparisons(ref c); break;
            case 3: SpanCases.Sorts(ref c); break;
            case 4: SpanCases.Splits(ref c); break;
            case 5: SpanCases.Ranges(ref c); break;
            case 6: TextCases.Characters(ref c); break;
            case 7: TextCases.Utf8Text(ref c); break;
            case 8: TextCases.Utf16Text(ref c); break;
            case 9: TextCases.Formatting(ref c); break;
            case 10: TextCases.Interpolation(ref c); break;
            case 11: TextCases.Parsing(ref c); break;
            case 12: TextCases.Times(ref c); break;
            case 13: NumberCases.Whole(ref c); break;
            case 14: NumberCases.Bits(ref c); break;
            case 15: NumberCases.Floating(ref c); break;
            case 16: MemoryCases.ByteOrders(ref c); break;
            case 17: MemoryCases.Views(ref c); break;
            case 18: MemoryCases.Atomics(ref c); break;
            case 19: MemoryCases.Collections(ref c); break;
        }
    }
}
