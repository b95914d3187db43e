// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Image;

/// <summary>An image cannot be written or read. The message says why and what to do, in one line.</summary>
public sealed class PackException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong, for the user.</param>
    public PackException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong, for the user.</param>
    /// <param name="inner">The cause.</param>
    public PackException(string message, Exception inner) : base(message, inner)
    {
    }
}
