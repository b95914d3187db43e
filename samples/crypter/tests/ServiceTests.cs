// SPDX-License-Identifier: MIT
using System.Security.Cryptography;
using System.Text;
using Muen.Testing;

namespace Muen.Samples.Crypter.Tests;

/// <summary>The service and the client, the same C# as in the image, on a simulated kernel.</summary>
public class ServiceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_client_gets_its_files_and_lines_hashed(int seed)
    {
        byte[] text = RandomNumberGenerator.GetBytes(1000);
        using SimulatedSystem system = Demo(seed, Archive("data.bin", text), out SimulatedConsole console);
        console.Type("abc\r");
        system.Run();
        Assert.Contains($"{Convert.ToHexStringLower(SHA256.HashData(text))}  data.bin", console.Lines);
        Assert.Contains("sha256: ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", console.Lines);
        Assert.Equal(7, console.Lines.Count(l => l.StartsWith("hmac rfc4231", StringComparison.Ordinal) && l.EndsWith(": ok", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_seed_is_a_run_and_another_seed_another()
    {
        (string Text, long Turns) Run(int seed)
        {
            using SimulatedSystem system = Demo(seed, Archive("a", "hello"u8.ToArray()), out SimulatedConsole console);
            console.Type("x\r");
            system.Run();
            return (console.Text, system.Turns);
        }

        Assert.Equal(Run(5), Run(5));
        Assert.Equal(Run(5).Text, Run(6).Text);
        Assert.NotEqual(Run(5).Turns, Run(6).Turns);
    }

    [Fact]
    public void Requests_of_a_test_are_answered_one_by_one()
    {
        using var system = new SimulatedSystem(seed: 9);
        SimulatedSubject service = system.Add("Crypter");
        TestWriter<HashRequest> requests = system.WriterTo<HashRequest>(service, "request", HashRequest.Protocol);
        TestReader<HashResponse> responses = system.ReaderOf<HashResponse>(service, "response", HashResponse.Protocol);
        system.Run();
        Assert.Equal(SubjectState.Asleep, service.State);

        // A request that cannot be one is refused, and the service goes on.
        HashRequest nonsense = default;
        nonsense.Id = 77;
        nonsense.Length = uint.MaxValue;
        requests.Write(in nonsense);
        system.Run();
        HashResponse refused = Assert.Single(responses.ReadAll());
        Assert.Equal(77u, refused.Id);
        Assert.NotEqual(HashStatus.Done, refused.Status);
        Assert.Equal(1, responses.Notifications);
        Assert.Equal(SubjectState.Asleep, service.State);
    }

    [Fact]
    public void A_client_without_its_files_panics_with_the_reason()
    {
        using var system = new SimulatedSystem();
        SimulatedSubject client = system.Add("Client");
        SimulatedConsole console = client.AddConsole();
        SimulationException failed = Assert.Throws<SimulationException>(() => system.Run());
        Assert.StartsWith("subject Client stopped: panic: a channel is not in the policy: request (Channel.cs:", failed.Message, StringComparison.Ordinal);
        Assert.Contains("panic: a channel is not in the policy: request", console.Text, StringComparison.Ordinal);
    }

    static SimulatedSystem Demo(int seed, byte[] files, out SimulatedConsole console)
    {
        var system = new SimulatedSystem(seed);
        SimulatedSubject service = system.Add("Crypter");
        SimulatedSubject client = system.Add("Client");
        system.Connect(client, "request", service);
        system.Connect(service, "response", client);
        _ = system.WriterTo<LogLine>(client, "intruder_log", LogLine.Protocol);
        client.AddMemory("files", files);
        client.AddEvent("poweroff", null);
        console = client.AddConsole();
        return system;
    }

    static byte[] Archive(string name, byte[] content)
    {
        using var stream = new MemoryStream();
        using (var tar = new System.Formats.Tar.TarWriter(stream, System.Formats.Tar.TarEntryFormat.Ustar, leaveOpen: true))
        {
            tar.WriteEntry(new System.Formats.Tar.UstarTarEntry(System.Formats.Tar.TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
        }

        return stream.ToArray();
    }
}
