// SPDX-License-Identifier: MIT

using System;
using System.Runtime.InteropServices;

namespace Muen.Sdk.Elf;

/// <summary>Tells devices, pipes and sockets from files; .NET says of all of them that they are files.</summary>
public static partial class SpecialFile
{
    // statx(2): its structure is the same on every processor.
    const int CurrentFolder = -100;
    const uint AskType = 1;
    const int StatxBytes = 256, MaskAt = 0, ModeAt = 28;
    const int TypeMask = 0xf000, Regular = 0x8000, Pipe = 0x1000;

    /// <summary>Whether there is something of that name, links followed, that is not a regular file.</summary>
    /// <param name="path">Its name.</param>
    /// <returns>False when there is nothing.</returns>
    public static bool Is(string path) => Type(path) is not (0 or Regular);

    /// <summary>Whether there is a pipe of that name, links followed: opening it waits until somebody writes.</summary>
    /// <param name="path">Its name.</param>
    /// <returns>False when there is nothing.</returns>
    public static bool IsPipe(string path) => Type(path) == Pipe;

    // 0 when there is nothing, or no way to know.
    static int Type(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        byte[] found = new byte[StatxBytes];
        return Statx(CurrentFolder, path, 0, AskType, found) == 0 && (BitConverter.ToUInt32(found, MaskAt) & AskType) != 0 ? BitConverter.ToUInt16(found, ModeAt) & TypeMask : 0;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, [Out] byte[] found);
}
