// SPDX-License-Identifier: MIT

using Muen.Sdk.Machine;

namespace Muen.Sdk.Cli.Running;

/// <summary>The VGA's text screen and the PS/2 keyboard.</summary>
sealed class PlayedVga(VgaScreen screen) : IPlayedScreen
{
    public Task WaitForAsync(string text, TimeSpan limit) => screen.WaitForAsync(l => l.Any(x => x.Contains(text, StringComparison.Ordinal)), limit, $"`{text}`");

    public Task TypeAsync(string text) => screen.TypeAsync(text);

    public async Task PressAsync(uint key)
    {
        await screen.PressAsync(key, down: true);
        await screen.PressAsync(key, down: false);
    }

    public async Task SaveAsync(string path)
    {
        await screen.ReadAsync();
        Picture.Write(path, VgaScreen.Width, VgaScreen.Height, screen.Picture());
    }
}
