// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Security.Cryptography;
using Muen.Sdk.Machine;

namespace Muen.Sdk.Cli.Demo;

/// <summary>Digests by two programs that share nothing with the demo's service.</summary>
static class ReferenceDigests
{
    /// <summary>Finds sha256sum.</summary>
    /// <exception cref="UserException">It is not installed.</exception>
    public static string Require() => ExecutablePath.Find("sha256sum")
        ?? throw new UserException("sha256sum, which the demo's digests are compared with, is not installed; install coreutils (Debian, Ubuntu, Fedora, Arch)");

    /// <summary>SHA-256 by `sha256sum` and by .NET.</summary>
    /// <param name="content">The message.</param>
    /// <returns>Both in lower-case hexadecimal.</returns>
    public static async Task<(string Sha256Sum, string DotNet)> Sha256Async(byte[] content)
    {
        using Process process = Process.Start(new ProcessStartInfo(Require()) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await process.StandardInput.BaseStream.WriteAsync(content);
        process.StandardInput.Close();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (output.Split(' ')[0], Convert.ToHexStringLower(SHA256.HashData(content)));
    }

    /// <summary>HMAC-SHA-256 by .NET.</summary>
    public static string Hmac(byte[] key, byte[] content) => Convert.ToHexStringLower(HMACSHA256.HashData(key, content));
}
