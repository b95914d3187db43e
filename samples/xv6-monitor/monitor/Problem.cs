// SPDX-License-Identifier: MIT
namespace Muen.Samples.Monitors;

/// <summary>Why a guest is halted.</summary>
enum Problem : byte
{
    None = 0,
    InvalidState,
    UnknownExit,
    UnknownException,
    TripleFault,
    ModelSpecificRegister,
    ControlRegister,
    PortRead,
    PortWrite,
    NoMemory,
    Instruction,
    DeviceRegister,
    TimerInterrupt,
    PicInterrupt,
    ExceptionVector,
    Wanted,
}

/// <summary>The same in words.</summary>
static class Problems
{
    internal static string Describe(Problem problem) => problem switch
    {
        Problem.InvalidState => "its state cannot be entered",
        Problem.UnknownException => "an exception that is not the guest's",
        Problem.TripleFault => "a triple fault",
        Problem.ModelSpecificRegister => "it uses a model-specific register that is not emulated",
        Problem.ControlRegister => "it uses a control register in a way that is not emulated",
        Problem.PortRead => "it reads a port in a way that is not emulated",
        Problem.PortWrite => "it writes to a port in a way that is not emulated",
        Problem.NoMemory => "it uses memory that it does not have",
        Problem.Instruction => "it uses a device's memory by an instruction that is not emulated",
        Problem.DeviceRegister => "it uses a device's register in a way that is not emulated",
        Problem.TimerInterrupt => "it waits for an interrupt of the interval timer, which is not emulated",
        Problem.PicInterrupt => "it waits for an interrupt through the PIC, which is not emulated",
        Problem.ExceptionVector => "a device interrupts with the vector of an exception",
        Problem.Wanted => "F11 was pressed",
        _ => "an exit that is not emulated",
    };
}
