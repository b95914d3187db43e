// SPDX-License-Identifier: MIT
namespace Muen.Testing;

/// <summary>A simulation that went wrong: a subject stopped, or the test asked for what cannot be. Its message says which.</summary>
public sealed class SimulationException : Exception
{
    /// <summary>Makes one without words.</summary>
    public SimulationException()
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="message">What went wrong.</param>
    public SimulationException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="message">What went wrong.</param>
    /// <param name="innerException">What a subject threw.</param>
    public SimulationException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
