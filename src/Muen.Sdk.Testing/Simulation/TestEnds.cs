// SPDX-License-Identifier: MIT
namespace Muen.Testing;

/// <summary>A test's writing end of a channel.</summary>
/// <typeparam name="T">The element.</typeparam>
public sealed class TestWriter<T>
    where T : unmanaged
{
    readonly Action _notify;
    ChannelWriter<T> _writer;

    internal TestWriter(ChannelWriter<T> writer, Action notify)
    {
        _writer = writer;
        _notify = notify;
    }

    /// <summary>Writes an element and announces it.</summary>
    /// <param name="element">The element.</param>
    public void Write(in T element)
    {
        _writer.Write(in element);
        _notify();
    }
}

/// <summary>A test's reading end of a channel.</summary>
/// <typeparam name="T">The element.</typeparam>
public sealed class TestReader<T>
    where T : unmanaged
{
    ChannelReader<T> _reader;

    internal TestReader(ChannelReader<T> reader) => _reader = reader;

    /// <summary>How often the writer has announced something.</summary>
    public int Notifications { get; internal set; }

    /// <summary>Reads the next element. That an epoch began is not worth a word.</summary>
    /// <param name="element">The element after <c>true</c>.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="SimulationException">Elements were lost, or the writer's protocol is another.</exception>
    public bool TryRead(out T element)
    {
        ReadResult result;
        do
        {
            result = _reader.TryRead(out element);
        }
        while (result == ReadResult.EpochChanged);
        return result switch
        {
            ReadResult.Success => true,
            ReadResult.NoData or ReadResult.Inactive => false,
            _ => throw new SimulationException($"the channel cannot be read: {result}"),
        };
    }

    /// <summary>Reads all that is there.</summary>
    public IReadOnlyList<T> ReadAll()
    {
        List<T> all = [];
        while (TryRead(out T element))
        {
            all.Add(element);
        }

        return all;
    }
}
