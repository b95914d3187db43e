// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Cli.Demo;

/// <summary>What a headless run prints at its end.</summary>
static class Verdict
{
    /// <summary>Prints a line for each thing that was looked at, and where all of it is kept.</summary>
    /// <param name="passed">What was right.</param>
    /// <param name="failures">What was not.</param>
    /// <param name="kept">What the file is.</param>
    /// <param name="path">The file.</param>
    /// <returns>The exit code: 0 when everything was right.</returns>
    public static int Print(IEnumerable<string> passed, IReadOnlyCollection<string> failures, string kept, string path)
    {
        foreach (string line in passed)
        {
            Console.WriteLine($"ok      {line}");
        }

        foreach (string line in failures)
        {
            Console.WriteLine($"FAILED  {line}");
        }

        Console.WriteLine($"{kept}: {UserPath.Show(path)}");
        return failures.Count == 0 ? 0 : UserException.Failure;
    }
}
