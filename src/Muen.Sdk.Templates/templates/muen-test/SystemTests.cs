using Muen.Testing;
using Protocol;

public class SystemTests
{
    /// <summary>One subject, the same C# as in the image, on a simulated kernel: a test writes to it and reads from it.</summary>
    [Theory]
    [InlineData("separate", "SEPARATE")]
    [InlineData("Kernel 42", "KERNEL 42")]
    [InlineData("", "")]
    public void Worker_answers_in_capitals(string text, string expected)
    {
        using var system = new SimulatedSystem(seed: 1);
        SimulatedSubject worker = system.Add("worker");
        TestWriter<Message> question = system.WriterTo<Message>(worker, "question", Message.Protocol);
        TestReader<Message> answer = system.ReaderOf<Message>(worker, "answer", Message.Protocol);

        Message message = default;
        message.Set(System.Text.Encoding.ASCII.GetBytes(text));
        question.Write(in message);
        system.Run();

        Assert.True(answer.TryRead(out Message got));
        Assert.Equal(expected, System.Text.Encoding.ASCII.GetString(got.Text));
        Assert.Equal(1, answer.Notifications);
    }

    /// <summary>Both subjects together, under schedules that no clock would show twice: each seed is one.</summary>
    [Fact]
    public void Lines_are_answered_whoever_runs_when()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            using var system = new SimulatedSystem(seed);
            SimulatedSubject console = system.Add("console");
            SimulatedSubject worker = system.Add("worker");
            system.Connect(console, "question", worker);
            system.Connect(worker, "answer", console);
            SimulatedConsole serial = console.AddConsole();

            serial.Type("abc\r");
            system.Run();
            Assert.Contains("worker: ABC", serial.Lines);
        }
    }

    /// <summary>The whole system in Bochs.</summary>
    [Fact]
    public async Task The_system_boots_and_answers()
    {
        await using BootedSystem system = await BootedSystem.StartAsync("MUEN_SYSTEM");
        await system.WaitForAsync("^Hello from console");
        await system.TypeAsync("separate\r");
        await system.WaitForAsync("^worker: SEPARATE");
    }
}
