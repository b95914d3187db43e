// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Cli.Demo;

/// <summary>grub-invaders of Debian's package of that name. Its screen has no letters.</summary>
sealed record InvadersGuest() : DemoGuest("invaders", "system.xml")
{
    const int ShipLine = 23;

    /// <summary>Presses of an arrow key that the ship gets to move: one may fall between two looks of the game at its keyboard.</summary>
    const int Presses = 20;

    public override bool IsSeen(IReadOnlyList<string> lines) => !lines.Any(l => l.Any(char.IsAsciiLetter));

    public override async Task PlayAsync(ScreenDemo demo)
    {
        await demo.ShowAsync(ScreenDemo.Guest, l => Invaders(l) > 0 && Ship(l) >= 0, "grub-invaders with its ship");
        int start = Ship(demo.Lines);
        for (int i = 0; i < Presses && Ship(demo.Lines) is var ship && (ship < 0 || ship == start); i++)
        {
            await demo.TypeAsync("\u001b[C");
            await demo.LookAsync();
        }

        await demo.WaitAsync(l => Ship(l) > start, "the ship further to the right");
        demo.Pass("guest: grub-invaders plays, and its ship follows the keys");
    }

    public override async Task RestAsync(ScreenDemo demo)
    {
        await demo.ChooseAsync(4);
        await demo.ShowAsync(ScreenDemo.Guest, l => Invaders(l) > 0, "grub-invaders");
        IReadOnlyList<string> before = await demo.StandingAsync();
        await demo.ChooseAsync(1);
        await demo.ShowAsync(ScreenDemo.Guest, l => Invaders(l) > 0 && !l.SequenceEqual(before), "invaders that move again");
        demo.Pass("plan 4: the guest rests; plan 1: it goes on");
    }

    static int Invaders(IReadOnlyList<string> lines) => lines.Take(ShipLine).Sum(l => l.Split("-*-").Length - 1);

    /// <summary>Column of the ship's tip, or -1 while it is being drawn.</summary>
    static int Ship(IReadOnlyList<string> lines) => lines[ShipLine].IndexOf('_', StringComparison.Ordinal);
}
