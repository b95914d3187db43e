// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Cli;

/// <summary>Something that the user can mend. The message is one line, or several of the form `file(line,column): error …`.</summary>
sealed class UserException(string message, int exitCode = UserException.Failure) : Exception(message)
{
    /// <summary>Exit code when what was asked for could not be done.</summary>
    public const int Failure = 1;

    /// <summary>Exit code when the command line itself is wrong.</summary>
    public const int Usage = 2;

    /// <summary>What the process ends with.</summary>
    public int ExitCode => exitCode;
}
