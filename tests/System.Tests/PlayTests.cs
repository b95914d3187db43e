// SPDX-License-Identifier: MIT

using BigGustave;
using Muen.Sdk.Machine;

namespace Muen.SystemTests;

/// <summary>`muen run --play`: scripts of keys, by which the pictures of the samples are made.</summary>
public sealed class PlayTests : IDisposable
{
    const int Width = 720;
    const int Height = 400;
    const int CellHeight = 16;

    /// <summary>The first row of pixels of the status line.</summary>
    const int StatusRow = 24 * CellHeight;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The status line is grey with the chosen terminal on blue; what is typed is there; and the other terminal has another name on blue.</summary>
    [Fact]
    public async Task AScriptTypesAndTakesPictures()
    {
        string script = _folder.Write("script", $"""
            # Two pictures.
            wait This is alice
            type colours
            press Enter
            wait 15
            screenshot {_folder.File("alice.png")}

            press F2
            wait This is bob
            pause 0.5
            screenshot {_folder.File("bob.png")}
            """);
        Command.Result result = await Command.Muen("run", "samples/vt/system.xml", "-o", _folder.File("out"), "--play", script, "--timeout", "120");
        Assert.True(result.ExitCode == 0, result.All);
        Assert.Empty(result.Complaints);
        (Png alice, Png bob) = (Png.Open(_folder.File("alice.png")), Png.Open(_folder.File("bob.png")));
        Assert.Equal((Width, Height, Width, Height), (alice.Width, alice.Height, bob.Width, bob.Height));
        (byte, byte, byte) blue = (0, 0, 170);
        Assert.Equal(blue, Colour(alice, 0, StatusRow));
        Assert.NotEqual(blue, Colour(bob, 0, StatusRow));
        Assert.Contains(Enumerable.Range(0, Width), x => Colour(bob, x, StatusRow) == blue);

        // `colours` shows all sixteen as letters, and eight behind them; bob has few.
        Assert.True(Colours(alice) >= 16);
        Assert.InRange(Colours(bob), 3, 6);

        // A script that waits for what never comes ends with its time.
        result = await Command.Muen("run", _folder.File("out/system.iso"), "--play", _folder.Write("script", "wait Godot"), "--timeout", "5");
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("muen: the script did not come to its end in 5 s", Assert.Single(result.Complaints));
    }

    /// <summary>The console's lines are drawn, and what is typed there is answered: the crypter has no other screen.</summary>
    [Fact]
    public async Task AScriptPlaysOnTheConsole()
    {
        string script = _folder.Write("script", $"""
            console
            wait ready, try help
            type abc
            press Enter
            wait sha256: ba7816bf8f01cfea
            screenshot {_folder.File("console.png")}
            """);
        Command.Result result = await Command.Muen("run", "samples/crypter/system.xml", "-o", _folder.File("out"), "--play", script, "--timeout", "120");
        Assert.True(result.ExitCode == 0, result.All);
        Png picture = Png.Open(_folder.File("console.png"));
        Assert.Equal((Width, Height), (picture.Width, picture.Height));

        // By the same font the picture is text again.
        byte[] pixels = [.. from y in Enumerable.Range(0, Height) from x in Enumerable.Range(0, Width) select Colour(picture, x, y) == default ? (byte)0 : (byte)1];
        var font = VgaFont.Find();
        Assert.Contains(
            Enumerable.Range(0, Height / CellHeight),
            r => font.Line(pixels, Width, 0, r * CellHeight) == "sha256: ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    [Theory]
    [InlineData("wait", "script(1): no step of a script: wait")]
    [InlineData("# a comment\n\nstare at it", "script(3): no step of a script: stare at it")]
    [InlineData("press F13", "script(1): no step of a script: press F13")]
    [InlineData("pause long", "script(1): no step of a script: pause long")]
    public async Task ALineThatIsNoStepIsAnErrorBeforeAnythingIsBuilt(string text, string message)
    {
        Command.Result result = await Command.RunAsync(Path.Combine(Command.Root, "muen"), ["run", "nowhere.iso", "--play", _folder.Write("script", text)]);
        Assert.Equal(1, result.ExitCode);
        Assert.EndsWith(message, Assert.Single(result.Complaints), StringComparison.Ordinal);
    }

    static (byte, byte, byte) Colour(Png picture, int x, int y) => picture.GetPixel(x, y) is var p ? (p.R, p.G, p.B) : default;

    static int Colours(Png picture) => (from y in Enumerable.Range(0, Height) from x in Enumerable.Range(0, Width) select Colour(picture, x, y)).Distinct().Count();
}
