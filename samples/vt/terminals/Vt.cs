// SPDX-License-Identifier: MIT
using System;
using System.Runtime.CompilerServices;

namespace Muen.Samples.Terminals;

/// <summary>
/// Owns the text screen and the keyboard and shares them out: six terminals, each fed by one subject. F1 to F6 choose the one that is seen; keys go to its subject and to
/// nobody else. The policy's names of the channels say whose terminal it is, <c>terminal1_NAME</c> with <c>keys1_NAME</c>: no subject can give itself another name.
/// </summary>
/// <remarks>Whatever subjects print moves nothing but cells and the cursor of their own terminal; none of them can fill or stop this program.</remarks>
static class Vt
{
    internal const int Count = 6;

    /// <summary>Pieces of text that are taken from one terminal before it is the next one's turn.</summary>
    const int PiecesAtOnce = 64;

    /// <summary>Keys that are taken before the screen is drawn.</summary>
    const int KeysAtOnce = 32;

    /// <summary>Lines by which Shift and Page Up move the view.</summary>
    const int ScrollLines = 12;

    static KeyboardController s_controller;
    static Keyboard s_keyboard;
    static SerialKeys s_serialKeys;
    static SerialConsole s_console;
    static int s_active;
    static bool s_statusWanted;

    internal static void Main()
    {
        Screens.Screen.Open();
        s_controller.Open();
        bool serial = SubjectInfo.Own.TryFindPorts("console_port"u8, out _);
        if (serial)
        {
            s_console = SerialConsole.Open("console_port"u8, interrupt: SubjectInfo.Own.TryFindVector("console_irq"u8, out _));
            Panic.ReportTo(s_console);
            Screens.Mirror.Open(s_console);
        }
        for (int i = 0; i < Count; i++)
        {
            Terminals.At(i).Screen.Reset();
            Links.At(i).Open(i);
        }
        s_active = 0;
        s_statusWanted = false;
        bool changed = true;
        while (true)
        {
            bool busy = TakeKeys();
            busy |= serial && TakeSerialKeys();
            for (int i = 0; i < Count; i++)
            {
                if (TakeText(i))
                {
                    busy = true;
                    changed |= i == s_active;
                }
            }
            if (changed || busy)
            {
                Compose();
                Screens.Screen.Draw(ref Screens.Frame);
                changed = false;
            }
            if (Screens.Mirror.Draw(ref Screens.Frame) && !busy)
            {
                Interrupts.WaitForAny();
            }
        }
    }

    static bool TakeKeys()
    {
        bool any = false;
        for (int i = 0; i < KeysAtOnce && s_controller.TryRead(out byte value); i++)
        {
            any = true;
            if (s_keyboard.TryDecode(value, out KeyStroke key))
            {
                Take(in key);
            }
        }
        return any;
    }

    /// <summary>A key of the serial line goes down and up; a shift or control that it needs goes around it, for subjects that look at codes alone.</summary>
    static bool TakeSerialKeys()
    {
        bool any = false;
        for (int i = 0; i < KeysAtOnce && s_console.TryReadByte(out byte value); i++)
        {
            any = true;
            if (!s_serialKeys.TryDecode(value, out KeyStroke key))
            {
                continue;
            }
            KeyStroke shift = default;
            shift.Code = (key.Flags & KeyFlags.Shift) != 0 ? KeyCode.LeftShift : KeyCode.LeftControl;
            shift.Flags = key.Flags & (KeyFlags.Shift | KeyFlags.Control);
            bool shifted = shift.Flags != 0 && !IsOurs(in key);
            if (shifted)
            {
                Take(in shift);
            }
            Take(in key);
            key.Flags |= KeyFlags.Released;
            key.Character = 0;
            Take(in key);
            if (shifted)
            {
                shift.Flags = KeyFlags.Released;
                Take(in shift);
            }
        }
        return any;
    }

    /// <summary>Whether a key is this program's own and no subject's.</summary>
    static bool IsOurs(in KeyStroke key) =>
        key.Code is (>= KeyCode.F1 and <= KeyCode.F6) or KeyCode.F12
        || ((key.Flags & KeyFlags.Shift) != 0 && (key.Code is KeyCode.PageUp or KeyCode.PageDown));

    /// <summary>A key: ours, or the subject's whose terminal is seen.</summary>
    static void Take(in KeyStroke key)
    {
        ref Terminal terminal = ref Terminals.At(s_active).Screen;
        if (!IsOurs(in key))
        {
            if (key.Character != 0)
            {
                terminal.ShowNewest();
            }
            Links.At(s_active).Send(in key);
        }
        else if (key.IsReleased)
        {
            // Its going down has been acted on.
        }
        else if (key.Code is KeyCode.PageUp or KeyCode.PageDown)
        {
            terminal.Scroll(key.Code == KeyCode.PageUp ? ScrollLines : -ScrollLines);
        }
        else if (key.Code == KeyCode.F12)
        {
            s_statusWanted = !s_statusWanted;
            Screens.Mirror.Redraw();
        }
        else
        {
            Links.At(s_active).ReleaseAll();
            s_active = key.Code - KeyCode.F1;
            s_statusWanted = false;
        }
    }

    static bool TakeText(int index)
    {
        ref Link link = ref Links.At(index);
        ref Terminal terminal = ref Terminals.At(index).Screen;
        bool any = false;
        for (int i = 0; i < PiecesAtOnce; i++)
        {
            ReadResult result = link.TryRead(out TerminalText text);
            if (result == ReadResult.Success)
            {
                terminal.Write(TerminalText.TextOf(ref text));
            }
            else if (result == ReadResult.Overrun)
            {
                // Who uses the whole screen draws it again and again; words of ours would be in the way.
                terminal.Write(terminal.IsFullScreen ? "\u001b[0m"u8 : "\u001b[0m\n(text lost)\n"u8);
            }
            else if (result != ReadResult.EpochChanged)
            {
                break;
            }
            any = true;
        }
        return any;
    }

    static void Compose()
    {
        ref Terminal terminal = ref Terminals.At(s_active).Screen;
        bool status = s_statusWanted || !terminal.IsFullScreen;
        Screens.Frame.Show(ref terminal, status);
        if (!status)
        {
            return;
        }
        int place = Screens.Frame.BeginStatus();
        for (int i = 0; i < Count; i++)
        {
            ReadOnlySpan<byte> name = Links.At(i).Name;
            if (name.Length != 0)
            {
                ReadOnlySpan<byte> digit = "123456"u8.Slice(i, 1);
                place = Screens.Frame.AddStatus(place, " F"u8, i == s_active);
                place = Screens.Frame.AddStatus(place, digit, i == s_active);
                place = Screens.Frame.AddStatus(place, " "u8, i == s_active);
                place = Screens.Frame.AddStatus(place, name, i == s_active);
                place = Screens.Frame.AddStatus(place, " "u8, i == s_active);
            }
            else if (i == s_active)
            {
                place = Screens.Frame.AddStatus(place, " (nobody's) "u8, active: true);
            }
        }
        if (terminal.ViewOffset != 0)
        {
            _ = Screens.Frame.AddStatus(place, "  (scrolled back)"u8, active: false);
        }
    }
}

/// <summary>The terminals' cells: by themselves, since a class's statics lie together, and these are large and start as zeros.</summary>
static class Terminals
{
    static TerminalArray s_all;

    internal static ref OneTerminal At(int index) => ref s_all[index];

    [InlineArray(Vt.Count)]
    struct TerminalArray
    {
        OneTerminal _first;
    }
}

/// <summary>An element of the terminals.</summary>
struct OneTerminal
{
    internal Terminal Screen;
}

/// <summary>What is shown, and the two places where it is.</summary>
static class Screens
{
    internal static Frame Frame;
    internal static TextScreen Screen;
    internal static SerialMirror Mirror;
}

/// <summary>The terminals' subjects.</summary>
static class Links
{
    static LinkArray s_all;

    internal static ref Link At(int index) => ref s_all[index];

    [InlineArray(Vt.Count)]
    struct LinkArray
    {
        Link _first;
    }
}
