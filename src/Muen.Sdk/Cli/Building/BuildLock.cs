// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Cli.Building;

/// <summary>Keeps two builds from writing into one folder at the same time: the second waits for the first.</summary>
static class BuildLock
{
    /// <summary>The file that is locked; it stays, so that it is always the same one.</summary>
    public static string PathIn(string folder) => Path.Combine(folder, ".muen-lock");

    /// <summary>Waits for the folder.</summary>
    /// <param name="folder">Made when missing.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="UserException">The folder cannot be made or written.</exception>
    /// <returns>Dispose to release. The system releases it when the process dies.</returns>
    public static async Task<IDisposable> AcquireAsync(string folder, CancellationToken cancellation)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"cannot make the folder {folder}: {error.Message.TrimEnd('.')}; name another with --output");
        }

        string path = PathIn(folder);
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(100, cancellation);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new UserException($"cannot write in the folder {folder}: {error.Message.TrimEnd('.')}; name another with --output");
            }
        }
    }
}
