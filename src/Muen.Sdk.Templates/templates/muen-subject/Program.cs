using Muen;

/// <summary>A native subject. What it may use is what the system's policy gives it, by name.</summary>
static class Program
{
    static void Main()
    {
        // A channel, for example: Channel.OpenReader<T>("name"u8, protocol), with T a struct without pointers.
        while (true)
        {
            Subject.Sleep();
        }
    }
}
