// SPDX-License-Identifier: MIT
using Muen.Testing;
using BootedSystem = Muen.SystemTests.BootedSystem;

namespace Muen.CoreLibTests;

/// <summary>The keeper of the time and who asks it, by clock, page, log and interrupt handler: the same program in Bochs and on the simulated kernel.</summary>
public sealed class TimeTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Bochs' clock begins with the year 2000.</summary>
    [Fact]
    public async Task InBochs()
    {
        IReadOnlyList<string> lines = await BootedSystem.RunAsync("time", _folder.File("out"), processors: 1);
        BootedSystem.NobodyWasStopped(lines);
        Assert.Contains("1  message the clock was read", lines);
        Assert.Contains("1     year 07D0", lines);
        Assert.Single(lines, l => l.StartsWith("1     time 2000-01-01T00:00:", StringComparison.Ordinal));
        Assert.Single(lines, l => l.StartsWith("time True 2000-01-01T00:00:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void OnTheSimulatedKernel(int seed)
    {
        using var system = new SimulatedSystem(seed);
        SimulatedSubject keeper = system.Add("TimeKeeper", "keeper");
        SimulatedSubject asker = system.Add("TimeKeeper", "asker");
        SimulatedMemory page = system.AddMemory(16);
        keeper.AddMemory("time", page, writable: true);
        asker.AddMemory("time", page);
        keeper.AddRealTimeClock(() => new DateTime(2031, 12, 24, 18, 30, 5, DateTimeKind.Utc));
        system.Connect(keeper, "log", asker);
        SimulatedConsole console = asker.AddConsole();
        system.Run();
        Assert.Equal("1  message the clock was read", console.Lines[0]);
        Assert.Equal("1     time 2031-12-24T18:30:05Z", console.Lines[1]);
        Assert.Equal("1     year 07EF", console.Lines[2]);
        Assert.StartsWith("time True 2031-12-24T18:30:05", console.Lines[3], StringComparison.Ordinal);
        Assert.False(page.Bytes[..16].SequenceEqual(new byte[16]));
    }

    /// <summary>A device in memory, as the test plays it.</summary>
    [Fact]
    public void RegistersOnTheSimulatedKernel()
    {
        using var system = new SimulatedSystem(seed: 3);
        SimulatedSubject driver = system.Add("TimeKeeper", "driver");
        SimulatedConsole console = driver.AddConsole();
        uint control = 0;
        driver.AddRegisters(
            "timer_registers",
            32,
            (offset, width) => offset == 4 && width == 4 ? control + 1 : (uint)offset,
            (offset, width, value) => control = offset == 4 && width == 4 ? (uint)value : control);
        driver.MayStop = true;
        system.Run();
        Assert.Equal("control 42 status 8", console.Lines[0]);
        Assert.Equal(0x41u, control);
        Assert.StartsWith("panic: a register outside the device's memory", driver.Reason, StringComparison.Ordinal);
    }
}
