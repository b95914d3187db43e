// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Machine;

/// <summary>The emulator could not be started or did not do what was waited for. The message is for the user as it is.</summary>
public sealed class MachineException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What went wrong and what to do, one line unless output of the machine is quoted.</param>
    public MachineException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What went wrong and what to do.</param>
    /// <param name="inner">The cause.</param>
    public MachineException(string message, Exception inner) : base(message, inner)
    {
    }
}
