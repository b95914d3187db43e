// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Machine;

/// <summary>Looks programs up in PATH.</summary>
public static class ExecutablePath
{
    /// <summary>Finds a program as the shell would.</summary>
    /// <param name="name">File name without a folder.</param>
    /// <returns>Its full path, or null when no folder of PATH holds an executable file of that name.</returns>
    public static string? Find(string name)
    {
        const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        string path = Environment.GetEnvironmentVariable("PATH") ?? "";
        foreach (string folder in path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            string candidate = Path.Combine(folder, name);
            if (File.Exists(candidate) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(candidate) & Execute) != 0))
            {
                return candidate;
            }
        }

        return null;
    }
}
