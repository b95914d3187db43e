// SPDX-License-Identifier: MIT

namespace Muen.SystemTests;

/// <summary>The kernel and a subject print addresses; the run says which lines of source they are, and what went wrong when no line tells it.</summary>
public sealed class StopReportTests : IDisposable
{
    /// <summary>A subject that ends badly, what its Main does, and what is said of it. Main's first statement is on line 8.</summary>
    static readonly (string Name, string Main, string Said)[] s_subjects =
    [
        ("Index", """
            Panic.ReportTo(SerialConsole.Open("console_port"u8));
                    int index = (int)Time.TicksPerMillisecond;
                    Pick(index);
                    s_sink = 2;
            """, "gave up at Index/Index.cs:15"),
        ("Wild", "*(int*)8 = 1;", "was stopped at Wild/Wild.cs:8"),
        ("Ended", "s_sink = 1;", "was stopped because its Main came to an end; Subject.SleepForever() is a way to do nothing more"),
        ("Silent", """SerialConsole.Open("konsole"u8);""", "gave up by a panic before it had a console that could say why; Panic.ReportTo names one"),
    ];

    /// <summary>A subject that waits for the others' ends, and ends the machine.</summary>
    const string Last = """
        ulong start = Time.MinorFrameStart;
                while (Time.MinorFrameStart - start < 1000 * Time.TicksPerMillisecond) { }
                SubjectInfo.Own.TryFindEvent("poweroff"u8, out Event poweroff);
                poweroff.Trigger();
                Subject.SleepForever();
        """;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task EachStopIsToldByItsLine()
    {
        string sdk = Path.Combine(Command.Root, "src", "Muen.Sdk", "Sdk");
        foreach ((string name, string main, _) in s_subjects.Append(("Last", Last, "")))
        {
            _folder.Write($"{name}/{name}.csproj", $"""<Project><Import Project="{sdk}/Sdk.props" /><Import Project="{sdk}/Sdk.targets" /></Project>""");
            _folder.Write($"{name}/{name}.cs", $$"""
                using System;
                using Muen;

                static unsafe class Subject{{name}}
                {
                    static void Main()
                    {
                        {{main}}
                    }

                    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
                    static void Pick(int index) => s_sink = "abc"u8[index];

                    static volatile int s_sink;
                }
                """);
        }

        string policy = _folder.Write("system.xml", $"""
            <system name="stops">
              <hardware ref="bochs"/>
              <components>
                {string.Join('\n', s_subjects.Select(s => $"""
                    <component name="{s.Name}">
                      {(s.Name == "Index" ? """<requires><devices><device logical="console"><ioPort logical="port" start="0x3f8" end="0x3ff"/></device></devices></requires>""" : "")}
                      <binary project="{s.Name}/{s.Name}.csproj"/>
                    </component>
                    """))}
                <component name="Last">
                  <requires><events><source><event logical="sleep"><sleep/></event><event logical="poweroff"><system_poweroff/></event></source></events></requires>
                  <binary project="Last/Last.csproj"/>
                </component>
              </components>
              <subjects>
                {string.Join('\n', s_subjects.Select(s => $"""
                    <subject name="{s.Name}"><component ref="{s.Name}">{(s.Name == "Index" ? """<map logical="console" physical="com1"/>""" : "")}</component></subject>
                    """))}
                <subject name="Last"><component ref="Last"/></subject>
              </subjects>
              <scheduling tickRate="1000"><majorFrame><cpu id="0">
                {string.Join('\n', s_subjects.Select(s => $"""<minorFrame subject="{s.Name}" ticks="10"/>"""))}
                <minorFrame subject="Last" ticks="10"/>
              </cpu></majorFrame></scheduling>
            </system>
            """);
        Command.Result run = await Command.Muen("run", policy, "-o", _folder.File("out"), "--headless", "--timeout", "200");
        Assert.Contains(run.OutputLines, l => l.StartsWith("panic: index out of range (at ", StringComparison.Ordinal));
        const string Calls = "SubjectIndex.Pick (Index/Index.cs:15) <- Main";
        Assert.Equal(
            s_subjects.Select(s => $"muen: subject \"{s.Name}\" {s.Said}").Append($"muen: subject \"Index\" was in {Calls}").Append("muen: the machine shut down").Order(StringComparer.Ordinal), run.Complaints.Order(StringComparer.Ordinal));

        // The same from the transcript, by itself.
        string transcript = _folder.Write("transcript.txt", run.Output);
        Command.Result symbolized = await Command.Muen("symbolize", _folder.File("out/system.iso"), transcript);
        string[] lines = symbolized.Output.Split('\n', StringSplitOptions.TrimEntries);
        string[] said = [.. lines.Where(l => !l.StartsWith("kernel|", StringComparison.Ordinal))];

        // Another subject's stop may stand between a backtrace and what is said of it.
        int backtrace = Array.IndexOf(said, "at SubjectIndex.Pick (Index/Index.cs:15)");
        Assert.InRange(backtrace, 1, said.Length - 2);
        Assert.Equal("at Main", said[backtrace + 1]);
        int wild = Array.FindIndex(lines, l => l.Contains("\"Wild\": trap", StringComparison.Ordinal));
        Assert.EndsWith("Main (Wild/Wild.cs:8)", lines[wild + 1], StringComparison.Ordinal);
    }
}
