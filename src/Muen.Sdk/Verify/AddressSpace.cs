// SPDX-License-Identifier: MIT

using Muen.Sdk.Policy;

namespace Muen.Sdk.Verify;

/// <summary>Pages that follow each other in an address space and in physical memory, with equal rights.</summary>
/// <param name="Virtual">First byte as it is seen; guest-physical in a VM.</param>
/// <param name="Caching">Memory type; null for one that none of ours has.</param>
readonly record struct MappedRun(ulong Virtual, ulong Physical, ulong Size, bool Writable, bool Executable, Caching? Caching)
{
    public string Rights => $"r{(Writable ? 'w' : '-')}{(Executable ? 'x' : '-')}";
}

/// <summary>What an address space maps, by ascending address.</summary>
sealed class AddressSpace
{
    readonly List<MappedRun> _runs = [];

    public IReadOnlyList<MappedRun> Runs => _runs;

    /// <summary>Bytes that are mapped.</summary>
    public ulong Size { get; private set; }

    /// <summary>Whether there is a page of 1 GiB.</summary>
    public bool HasHugePages { get; set; }

    /// <summary>Adds the page that follows.</summary>
    public void Add(MappedRun page)
    {
        Size += page.Size;
        if (_runs.Count > 0)
        {
            MappedRun last = _runs[^1];
            if (last.Virtual + last.Size == page.Virtual && last.Physical + last.Size == page.Physical
                && last.Writable == page.Writable && last.Executable == page.Executable && last.Caching == page.Caching)
            {
                _runs[^1] = last with { Size = last.Size + page.Size };
                return;
            }
        }

        _runs.Add(page);
    }

    /// <summary>The run that holds an address, null when nothing is mapped there.</summary>
    public MappedRun? At(ulong address)
    {
        int low = 0;
        int high = _runs.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _runs[middle].Virtual <= address ? (middle + 1, high) : (low, middle);
        }

        return low > 0 && address - _runs[low - 1].Virtual < _runs[low - 1].Size ? _runs[low - 1] : null;
    }

    /// <summary>
    /// The part of a run that these addresses are, null when they are not all in one: then not everything is mapped, or not in one piece with equal rights.
    /// </summary>
    public MappedRun? At(ulong address, ulong size) => At(address) is { } run && size <= run.Size - (address - run.Virtual)
        ? run with { Virtual = address, Physical = run.Physical + (address - run.Virtual), Size = size }
        : null;

    /// <summary>What is mapped outside of pieces, which are sorted by address and do not overlap.</summary>
    public IEnumerable<MappedRun> Outside(IEnumerable<(ulong Address, ulong Size)> pieces)
    {
        using IEnumerator<(ulong Address, ulong Size)> piece = pieces.GetEnumerator();
        bool more = piece.MoveNext();
        foreach (MappedRun run in _runs)
        {
            ulong at = run.Virtual;
            ulong end = run.Virtual + run.Size;
            while (at != end)
            {
                while (more && piece.Current.Address + piece.Current.Size <= at)
                {
                    more = piece.MoveNext();
                }

                if (more && piece.Current.Address <= at)
                {
                    at = Math.Min(end, piece.Current.Address + piece.Current.Size);
                    continue;
                }

                ulong until = more ? Math.Min(end, piece.Current.Address) : end;
                yield return run with { Virtual = at, Physical = run.Physical + (at - run.Virtual), Size = until - at };
                at = until;
            }
        }
    }
}
