// SPDX-License-Identifier: MIT
namespace Muen.Samples.Terminals;

/// <summary>The PS/2 keyboard behind its controller (8042): data at port 0x60, commands and status at 0x64, IRQ 1.</summary>
struct KeyboardController
{
    const byte OutputFull = 0x01;
    const byte InputFull = 0x02;
    const byte FromMouse = 0x20;
    const byte WriteConfiguration = 0x60;
    const byte DisableMouse = 0xA7;
    const byte DisableKeyboard = 0xAD;
    const byte EnableKeyboard = 0xAE;

    /// <summary>An interrupt for each byte, translation to scan code set 1, the mouse off.</summary>
    const byte Configuration = 0x61;

    /// <summary>Polls before a controller that does not answer counts as not there.</summary>
    const int Polls = 100_000;

    Ports _data;
    Ports _control;

    /// <summary>Opens the controller and brings it into a known state.</summary>
    internal void Open()
    {
        if (!SubjectInfo.Own.TryFindPorts("keyboard_data"u8, out _data) || !SubjectInfo.Own.TryFindPorts("keyboard_control"u8, out _control))
        {
            Panic.Stop("there is no keyboard");
        }
        Command(DisableKeyboard);
        Command(DisableMouse);
        for (int i = 0; i < 32 && (_control.Read8(0) & OutputFull) != 0; i++)
        {
            _ = _data.Read8(0);
        }
        Command(WriteConfiguration);
        WaitForInput();
        _data.Write8(0, Configuration);
        Command(EnableKeyboard);
    }

    /// <summary>Takes a byte of the keyboard.</summary>
    /// <returns>Whether there was one.</returns>
    internal readonly bool TryRead(out byte value)
    {
        byte status = _control.Read8(0);
        value = (status & OutputFull) != 0 ? _data.Read8(0) : (byte)0;
        return (status & (OutputFull | FromMouse)) == OutputFull;
    }

    readonly void Command(byte command)
    {
        WaitForInput();
        _control.Write8(0, command);
    }

    readonly void WaitForInput()
    {
        for (int i = 0; i < Polls && (_control.Read8(0) & InputFull) != 0; i++)
        {
        }
    }
}
