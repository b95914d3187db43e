using Muen;
using Muen.Abi;

/// <summary>Runs whenever the guest does something that the policy leaves to its monitor: finds out what, does it in its place, and lets it go on.</summary>
static class Program
{
    static void Main()
    {
        SerialConsole console = new(Component.Devices.Console.Port);
        Panic.ReportTo(console);
        MonitoredSubject guest = MonitoredSubject.Open("guest"u8);
        DebugPort port = new(console);
        ulong exits = 0;
        console.WriteLine("monitor: the guest has made its first exit"u8);
        while (true)
        {
            ref SubjectState state = ref guest.Control;
            exits++;
            switch ((ExitReason)state.ExitReason)
            {
                case ExitReason.IoInstruction:
                    port.Access(ref state);
                    break;
                case ExitReason.Rdtsc:
                    // The time that the guest is told: here the true one, to the millisecond.
                    state.Rax = (uint)(Time.MinorFrameStart & uint.MaxValue);
                    state.Rdx = Time.MinorFrameStart >> 32;
                    break;
                default:
                    console.WriteLine($"monitor: exit {state.ExitReason} at {state.Rip:x} is none of mine; {exits} exits");
                    Panic.Stop("an exit that the policy should not send here");
                    break;
            }

            // Behind the instruction, and back to the guest.
            state.Rip += state.InstructionLength;
            Component.Events.Resume.Trigger();
        }
    }
}
