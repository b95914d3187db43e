using Muen;

/// <summary>A native subject. What it may use is what component.xml says it needs, by name.</summary>
static class Program
{
    static void Main()
    {
        // A channel, for example: Component.Channels.Orders.Open().
        while (true)
        {
            Subject.Sleep();
        }
    }
}
