// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Machine;

/// <summary>Folders for what is gone after a run, in the system's temporary place.</summary>
public static class ScratchFolder
{
    /// <summary>Makes a folder that nobody else has.</summary>
    /// <param name="prefix">What its name begins with.</param>
    /// <exception cref="MachineException">There is no such place, or nothing can be written there.</exception>
    public static DirectoryInfo Create(string prefix)
    {
        try
        {
            return Directory.CreateTempSubdirectory(prefix);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string place = Path.GetTempPath();
            string why = Directory.Exists(place) ? error.Message : "there is no such folder";
            throw new MachineException($"cannot make a temporary folder in {place}: {why}; let TMPDIR name a folder that can be written", error);
        }
    }
}
