using System;
using System.Runtime.CompilerServices;
using Muen;
using Protocol;

/// <summary>Owns the serial console: sends each line that is typed to the worker, and prints what comes back.</summary>
static class Program
{
    static LineBuffer s_line;
    static Message s_message;

    static void Main()
    {
        SerialConsole console = new(Component.Devices.Console.Port, interrupt: true);
        Panic.ReportTo(console);
        ChannelWriter<Message> question = Component.Channels.Question.Open();
        ChannelReader<Message> answer = Component.Channels.Answer.Open();

        console.WriteLine($"Hello from {Subject.Name}. Type a line:");
        LineReader lines = new(console, s_line, echo: true);
        console.Write("> "u8);
        while (true)
        {
            if (lines.TryRead(out ReadOnlySpan<byte> line))
            {
                s_message.Set(line);
                question.Write(in s_message);
                question.Notify();
            }
            else
            {
                switch (answer.TryRead(out s_message))
                {
                    case ReadResult.Success:
                        // Text of somebody else must not move the cursor.
                        Text.MakePrintable(s_message.Text);
                        console.WriteLine($"worker: {s_message.Text}");
                        console.Write("> "u8);
                        break;
                    case ReadResult.EpochChanged or ReadResult.Overrun:
                        // There may be more: the interrupt that announced it may be taken already.
                        break;
                    default:
                        Interrupts.WaitForAny();
                        break;
                }
            }
        }
    }

    [InlineArray(Message.MaxLength)]
    struct LineBuffer
    {
        byte _first;
    }
}
