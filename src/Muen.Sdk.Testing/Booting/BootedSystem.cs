// SPDX-License-Identifier: MIT
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Muen.Sdk.Machine;

namespace Muen.Testing;

/// <summary>A system in Bochs, the whole of it: kernel, policy and subjects from the image that was built. A test reads what it prints and shows, and types.</summary>
public sealed class BootedSystem : IAsyncDisposable
{
    /// <summary>How long a wait lasts unless it says otherwise. Bochs emulates each instruction.</summary>
    public static TimeSpan Patience { get; set; } = TimeSpan.FromMinutes(2);

    readonly BochsMachine _machine;
    readonly Transcript _transcript;
    int _next;

    BootedSystem(BochsMachine machine)
    {
        _machine = machine;
        _transcript = Transcript.Of(machine);
    }

    /// <summary>What the consoles printed so far: the kernel's lines begin with <c>kernel| </c>.</summary>
    public IReadOnlyList<string> Lines => _transcript.Lines;

    /// <summary>Boots a system to which the test's project refers with MuenSystem.</summary>
    /// <param name="system">Name of its project, without .csproj.</param>
    /// <param name="processors">Processors of the machine.</param>
    /// <exception cref="MachineException">There is no such image, or Bochs is missing; the message says what to do.</exception>
    public static Task<BootedSystem> StartAsync(string system, int processors = 2)
    {
        string? image = AppDomain.CurrentDomain.GetAssemblies()
            .SelectMany(a => a.GetCustomAttributes<AssemblyMetadataAttribute>()).FirstOrDefault(a => a.Key == "MuenImage:" + system)?.Value;
        return image is null
            ? throw new MachineException($"no test project refers to the system: <ProjectReference Include=\"...{system}.csproj\" MuenSystem=\"true\" />")
            : StartImageAsync(image, processors);
    }

    /// <summary>Boots an image.</summary>
    /// <param name="image">Path of the disc.</param>
    /// <param name="processors">Processors of the machine.</param>
    /// <exception cref="MachineException">There is no such image, or Bochs is missing; the message says what to do.</exception>
    public static async Task<BootedSystem> StartImageAsync(string image, int processors = 2) =>
        new(await BochsMachine.StartAsync(new BochsOptions { IsoPath = image, Processors = processors }).ConfigureAwait(false));

    /// <summary>Waits for a line that matches, behind the one that the last wait found.</summary>
    /// <param name="pattern">A regular expression over the whole line.</param>
    /// <returns>The line.</returns>
    /// <exception cref="MachineException">It did not come; the message ends with the last lines.</exception>
    public async Task<string> WaitForAsync(string pattern)
    {
        int index = await _transcript.WaitForAsync(new Regex(pattern, RegexOptions.CultureInvariant), Patience, _next).ConfigureAwait(false);
        _next = index + 1;
        return _transcript.Lines[index];
    }

    /// <summary>Types on the serial console; the return key is <c>\r</c>.</summary>
    /// <param name="text">The keys.</param>
    public async Task TypeAsync(string text) => await _machine.Console.WriteAsync(Encoding.UTF8.GetBytes(text)).ConfigureAwait(false);

    /// <summary>The VGA's text screen and the PS/2 keyboard.</summary>
    public Task<VgaScreen> OpenScreenAsync() => VgaScreen.ConnectAsync(_machine);

    /// <summary>Ends the machine.</summary>
    public async ValueTask DisposeAsync()
    {
        _machine.Stop();
        await _transcript.Ended.ConfigureAwait(false);
        _machine.Dispose();
    }
}
