// SPDX-License-Identifier: MIT
namespace Muen.Simulation;

/// <summary>Random numbers of a seed, the same on every version of .NET (SplitMix64).</summary>
internal sealed class Chance(ulong seed)
{
    private ulong state = seed;

    internal ulong Next()
    {
        ulong z = state += 0x9E37_79B9_7F4A_7C15;
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }

    /// <summary>0 to <paramref name="limit"/> - 1.</summary>
    internal int Below(int limit) => (int)((Next() >> 32) * (ulong)limit >> 32);

    internal int Between(int first, int last) => first + Below(last - first + 1);

    internal bool OneIn(int times) => Below(times) == 0;

    internal T Pick<T>(params ReadOnlySpan<T> choices) => choices[Below(choices.Length)];
}
