using Muen;
using Muen.Abi;

/// <summary>A device that is not there: whatever is written to port 0xE9 is a line of the monitor's console, a read gives 0xE9, and other ports give ones, as on a bus without a device.</summary>
readonly struct DebugPort(SerialConsole console)
{
    const int Port = 0xE9;

    readonly SerialConsole _console = console;

    /// <summary>Does what an IN or OUT wanted (SDM vol. 3, 28.2.1: the exit qualification of I/O instructions).</summary>
    public void Access(ref SubjectState state)
    {
        ulong qualification = state.ExitQualification;
        bool isIn = (qualification & 8) != 0;
        int port = (int)(qualification >> 16 & 0xFFFF);
        ulong mask = (qualification & 7) switch { 0 => 0xFF, 1 => 0xFFFF, _ => 0xFFFF_FFFF };
        if (isIn)
        {
            ulong value = port == Port ? Port : mask;
            state.Rax = (mask == 0xFFFF_FFFF ? 0 : state.Rax & ~mask) | (value & mask);
        }
        else if (port == Port)
        {
            byte value = (byte)(state.Rax & 0xFF);
            if (value == '\n')
            {
                _console.Write((byte)'\r');
            }

            _console.Write(value);
        }
    }
}
