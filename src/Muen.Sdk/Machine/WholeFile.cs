// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Machine;

/// <summary>
/// Writes a file so that nobody ever sees a part of it: an old one is deleted first, the new one gets its name when it is whole, and
/// after an error there is none.
/// </summary>
public static class WholeFile
{
    /// <summary>Writes one file.</summary>
    /// <param name="path">The file; its folder is made when missing.</param>
    /// <param name="write">Makes the file of the temporary name that it is given, in the same folder.</param>
    /// <exception cref="IOException">The folder or file cannot be written; anything that <paramref name="write"/> throws passes too.</exception>
    public static void Write(string path, Action<string> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        string full = Path.GetFullPath(path);
        if (Directory.Exists(full))
        {
            throw new IOException($"{path} is a directory");
        }

        string folder = Path.GetDirectoryName(full)!;
        Directory.CreateDirectory(folder);
        File.Delete(full);
        string temporary = Path.Combine(folder, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}");
        try
        {
            write(temporary);
            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
