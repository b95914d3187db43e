// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Cli.Running;

/// <summary>A screen with keys that a script plays on.</summary>
interface IPlayedScreen
{
    /// <summary>Waits until a line has a text.</summary>
    Task WaitForAsync(string text, TimeSpan limit);

    /// <summary>Types letters, digits and spaces.</summary>
    Task TypeAsync(string text);

    /// <summary>Presses a key and lets it go.</summary>
    /// <param name="key">X11 key symbol; of an ASCII character it is its code.</param>
    Task PressAsync(uint key);

    /// <summary>Writes what is to be seen as a PNG file.</summary>
    Task SaveAsync(string path);
}
