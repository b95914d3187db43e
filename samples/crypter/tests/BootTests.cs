// SPDX-License-Identifier: MIT
using Muen.Testing;

namespace Muen.Samples.Crypter.Tests;

/// <summary>The whole system, as it is shipped, in Bochs.</summary>
public class BootTests
{
    [Fact]
    public async Task A_line_is_hashed_and_quit_powers_off()
    {
        await using BootedSystem system = await BootedSystem.StartAsync("CrypterSystem");
        await system.WaitForAsync("^client: ready");
        await system.TypeAsync("abc\r");
        await system.WaitForAsync("^sha256: ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad$");
        await system.TypeAsync("quit\r");
        await system.WaitForAsync("^demo: finished$");
        Assert.DoesNotContain(system.Lines, l => l.Contains("panic", StringComparison.Ordinal));
    }
}
