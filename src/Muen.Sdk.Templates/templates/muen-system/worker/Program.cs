using System;
using Muen;
using Protocol;

/// <summary>Answers each line in capital letters. It has two channels and nothing else: no device, no other memory.</summary>
static class Program
{
    static Message s_message;

    static void Main()
    {
        ChannelReader<Message> question = Component.Channels.Question.Open();
        ChannelWriter<Message> answer = Component.Channels.Answer.Open();
        while (true)
        {
            if (question.Read(out s_message) != ReadResult.Success)
            {
                continue;
            }

            Capitalize(s_message.Text);
            answer.Write(in s_message);
            answer.Notify();
        }
    }

    static void Capitalize(Span<byte> text)
    {
        foreach (ref byte character in text)
        {
            if (character is >= (byte)'a' and <= (byte)'z')
            {
                character -= 'a' - 'A';
            }
        }
    }
}
