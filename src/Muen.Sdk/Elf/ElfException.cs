// SPDX-License-Identifier: MIT
using System;

namespace Muen.Sdk.Elf;

/// <summary>A file that is not the ELF that was asked for. The message says what is wrong, in words for the user.</summary>
public sealed class ElfException : Exception
{
    /// <summary>An error with its message.</summary>
    public ElfException(string message)
        : base(message)
    {
    }
}
