// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Verify;

/// <summary>One thing that was found.</summary>
/// <param name="Code">What kind it is, and what that means.</param>
/// <param name="Place">Where in the image, in words: whose, which table, which entry.</param>
/// <param name="Message">What stands there, and what should.</param>
public sealed record Finding(FindingCode Code, string Place, string Message)
{
    /// <summary><c>error MUENnnnn: place: message</c>, or <c>harmless MUENnnnn: ...</c>, on one line.</summary>
    public override string ToString() => $"{(Code.IsHarmless ? "harmless" : "error")} {Code.Id}: {Place}: {Message}";
}

/// <summary>Collects findings. One damaged byte can have thousands; of each code some are kept, and how many there were.</summary>
sealed class Findings
{
    const int KeptOfOneKind = 20;

    readonly List<Finding> _list = [];
    readonly Dictionary<FindingCode, int> _counts = [];

    /// <summary>Everything kept, in the order in which it was found.</summary>
    public IReadOnlyList<Finding> List => _list;

    /// <summary>How many there were of each code, those that were not kept included.</summary>
    public IReadOnlyDictionary<FindingCode, int> Counts => _counts;

    public void Add(FindingCode code, string place, string message)
    {
        int count = _counts.GetValueOrDefault(code);
        _counts[code] = count + 1;
        if (count < KeptOfOneKind)
        {
            _list.Add(new(code, place, message));
        }
    }
}
