// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Muen.Sdk.Cli.Running;

/// <summary>
/// The user's terminal while keys go to a machine: each key at once and without echo, Ctrl-C still a signal. Restored when disposed,
/// and when the process is stopped and continued the keys are set up again.
/// </summary>
/// <remarks>
/// The C library is called directly: .NET's console offers keys, not bytes, and changes the terminal at times of its own choice.
/// Layout of `struct termios` and the numbers are those of Linux on x86-64.
/// </remarks>
sealed partial class Terminal : IDisposable
{
    const int StandardInput = 0;
    const int Now = 0;
    const int Size = 60;
    const int LocalFlags = 12;
    const uint Canonical = 2;
    const uint Echo = 8;

    readonly byte[] _before;
    readonly PosixSignalRegistration? _continued;

    Terminal(byte[] before)
    {
        _before = before;
        SetKeys();
        _continued = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => SetKeys());
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
    }

    /// <summary>Sets the terminal up; null when standard input is none.</summary>
    public static Terminal? Open()
    {
        byte[] before = new byte[Size];
        return OperatingSystem.IsLinux() && GetAttributes(StandardInput, before) == 0 ? new(before) : null;
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        _continued?.Dispose();
        _ = SetAttributes(StandardInput, Now, _before);
    }

    void OnProcessExit(object? sender, EventArgs e) => Dispose();

    void SetKeys()
    {
        byte[] keys = [.. _before];
        uint flags = BinaryPrimitives.ReadUInt32LittleEndian(keys.AsSpan(LocalFlags));
        BinaryPrimitives.WriteUInt32LittleEndian(keys.AsSpan(LocalFlags), flags & ~(Canonical | Echo));
        _ = SetAttributes(StandardInput, Now, keys);
    }

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static partial int GetAttributes(int file, [Out] byte[] attributes);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static partial int SetAttributes(int file, int when, byte[] attributes);
}
