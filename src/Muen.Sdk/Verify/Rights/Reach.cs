// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Verify;

/// <summary>
/// Who can have an effect on whom: directly, by memory that one writes and the other sees, by signals, by a monitor's hold; and through others. Time that subjects share
/// is not looked at.
/// </summary>
sealed class Reach
{
    readonly string[] _subjects;
    readonly SortedDictionary<(int From, int To), SortedSet<string>> _edges = [];

    public Reach(IEnumerable<string> subjects) => _subjects = [.. subjects];

    /// <summary>Adds a direct way.</summary>
    public void Add(int from, int to, string by)
    {
        if (from != to)
        {
            if (!_edges.TryGetValue((from, to), out SortedSet<string>? ways))
            {
                _edges.Add((from, to), ways = new(StringComparer.Ordinal));
            }

            ways.Add(by);
        }
    }

    /// <summary>The rights that follow: each subject that another one reaches, by the shortest way.</summary>
    public IEnumerable<Right> Rights()
    {
        ILookup<int, int> next = _edges.Keys.ToLookup(e => e.From, e => e.To);
        for (int from = 0; from < _subjects.Length; from++)
        {
            var before = new Dictionary<int, int> { [from] = -1 };
            var queue = new Queue<int>([from]);
            while (queue.TryDequeue(out int at))
            {
                foreach (int to in next[at])
                {
                    if (before.TryAdd(to, at))
                    {
                        queue.Enqueue(to);
                    }
                }
            }

            foreach (int to in before.Keys.Where(to => to != from))
            {
                var through = new List<string>();
                for (int at = before[to]; at != from; at = before[at])
                {
                    through.Insert(0, _subjects[at]);
                }

                string what = through.Count == 0 ? $"directly: {string.Join(", ", _edges[(from, to)])}" : $"through {string.Join(", ", through)}";
                yield return new(RightKind.Reach, _subjects[from], _subjects[to], what);
            }
        }
    }
}
