// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Muen.Tests.Machine;

/// <summary>Interrupts that a machine has received and nobody has taken; other machines' threads add to them.</summary>
sealed class PendingInterrupts
{
    readonly object _lock = new();
    readonly SortedSet<byte> _vectors = [];
    long _arrivals;
    bool _stopped;

    internal byte[] Vectors
    {
        get
        {
            lock (_lock)
            {
                return [.. _vectors];
            }
        }
    }

    internal bool Contains(byte vector) => Vectors.Contains(vector);

    internal void Add(byte vector)
    {
        lock (_lock)
        {
            _vectors.Add(vector);
            _arrivals++;
            Monitor.PulseAll(_lock);
        }
    }

    internal bool Remove(byte vector)
    {
        lock (_lock)
        {
            return _vectors.Remove(vector);
        }
    }

    /// <summary>Removes all.</summary>
    /// <returns>How many there were.</returns>
    internal int Clear()
    {
        lock (_lock)
        {
            int count = _vectors.Count;
            _vectors.Clear();
            return count;
        }
    }

    /// <summary>
    /// Sleeps until the next interrupt comes, unless <paramref name="awake"/>: test and sleep are one step, as between CLI and VMCALL. An interrupt that came
    /// before has been marked by its stub and keeps nobody awake.
    /// </summary>
    internal void SleepUnless(Func<IReadOnlyCollection<byte>, bool> awake)
    {
        lock (_lock)
        {
            if (awake(_vectors))
            {
                return;
            }
            for (long arrivals = _arrivals; arrivals == _arrivals; Monitor.Wait(_lock))
            {
                if (_stopped)
                {
                    throw new ExitException("stopped");
                }
            }
        }
    }

    /// <summary>Ends whoever sleeps, now or later.</summary>
    internal void Stop()
    {
        lock (_lock)
        {
            _stopped = true;
            Monitor.PulseAll(_lock);
        }
    }
}
