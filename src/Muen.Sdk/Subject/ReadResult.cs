// SPDX-License-Identifier: MIT
namespace Muen;

/// <summary>What a read from a channel came to (ABI, SHMStream v2).</summary>
public enum ReadResult
{
    /// <summary>The element was read whole.</summary>
    Success = 0,

    /// <summary>The writer has written nothing new.</summary>
    NoData = 1,

    /// <summary>No writer has opened the channel yet, or it has closed it.</summary>
    Inactive = 2,

    /// <summary>The writer began anew; the reader has synchronised and the next read starts at the writer's first element.</summary>
    EpochChanged = 3,

    /// <summary>The writer speaks another transport or protocol, or its elements have another size or do not fit the channel.</summary>
    Incompatible = 4,

    /// <summary>The writer was a whole channel ahead: elements were lost. The next read starts at what is written next.</summary>
    Overrun = 5,
}
