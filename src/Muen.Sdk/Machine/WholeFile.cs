// SPDX-License-Identifier: MIT

using Muen.Sdk.Elf;

namespace Muen.Sdk.Machine;

/// <summary>
/// Writes a file so that nobody ever sees a part of it: the new one gets its name when it is whole, and after an error the old one is as it was. A link stays a link, the file
/// that it names is replaced. What is not a file but a device or a pipe cannot be replaced, and is written to.
/// </summary>
public static class WholeFile
{
    /// <summary>Writes one file.</summary>
    /// <param name="path">The file; its folder is made when missing.</param>
    /// <param name="write">Makes the file of the temporary name that it is given.</param>
    /// <exception cref="IOException">The folder or file cannot be written; anything that <paramref name="write"/> throws passes too.</exception>
    public static void Write(string path, Action<string> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        string full = Path.GetFullPath(path);
        if (Directory.Exists(full))
        {
            throw new IOException($"{path} is a directory");
        }

        if (SpecialFile.Is(full))
        {
            Pour(full, write);
        }
        else
        {
            Replace(Target(full), write);
        }
    }

    /// <summary>The file that links lead to, whether it is there or not.</summary>
    static string Target(string full) => new FileInfo(full).LinkTarget is null ? full : File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;

    static void Replace(string full, Action<string> write)
    {
        string folder = Path.GetDirectoryName(full)!;
        Directory.CreateDirectory(folder);
        string temporary = Path.Combine(folder, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}");
        try
        {
            write(temporary);
            if (!OperatingSystem.IsWindows() && File.Exists(full))
            {
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(full));
            }

            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    static void Pour(string full, Action<string> write)
    {
        DirectoryInfo folder = ScratchFolder.Create("muen-file-");
        try
        {
            string temporary = Path.Combine(folder.FullName, "whole");
            write(temporary);
            using FileStream source = File.OpenRead(temporary);
            using var target = new FileStream(full, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            source.CopyTo(target);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
