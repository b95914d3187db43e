// SPDX-License-Identifier: MIT
using System;
using System.Threading;

namespace Muen.Tests.Machine;

/// <summary>Two threads of which one runs at a time; a seed decides at every step who goes on. The same seed gives the same run.</summary>
sealed class Turns(int seed, int readerShare) : IDisposable
{
    readonly Random _random = new(seed);
    readonly SemaphoreSlim _reader = new(0);
    readonly SemaphoreSlim _writer = new(0);
    volatile bool _writerEnded;
    volatile bool _readerEnded;

    internal bool ReaderIsDone => _readerEnded;

    public void Dispose()
    {
        _reader.Dispose();
        _writer.Dispose();
    }

    /// <summary>Waits for the writer's first turn. The reader has the first one.</summary>
    internal void WriterBegins() => _writer.Wait();

    /// <summary>Maybe hands over to the other side and waits for the next turn.</summary>
    internal void Yield(bool reader)
    {
        if (_readerEnded || _writerEnded || _random.Next(100) < readerShare == reader)
        {
            return;
        }
        (reader ? _writer : _reader).Release();
        (reader ? _reader : _writer).Wait();
    }

    internal void ReaderEnds()
    {
        _readerEnded = true;
        _writer.Release();
    }

    internal void WriterEnds()
    {
        _writerEnded = true;
        _reader.Release();
    }
}
