// SPDX-License-Identifier: MIT
using Muen.Tests.Machine;

namespace Muen;

/// <summary>The forbidden instructions of the simulated machine: each exits, unless the machine lets everything pass.</summary>
public static class Probe
{
    public static byte Read(ulong address) => (byte)Exit($"read {address:x}");

    public static void Write(ulong address, byte value) => Exit($"write {address:x} {value:x}");

    public static void Execute(ulong address) => Exit($"execute {address:x}");

    public static Ports PortsAt(ushort first, ushort count) => new(first, count);

    public static void DisableInterrupts() => TestMachine.Current.InterruptsEnabled = false;

    public static void EnableInterrupts() => TestMachine.Current.InterruptsEnabled = true;

    public static void Halt() => Exit("cli; hlt");

    /// <summary>Reads the shadow, which does not exit.</summary>
    public static ulong ReadCr0() => 0x8001_0033;

    public static void WriteCr0(ulong value) => ExitIf(value != ReadCr0(), "mov cr0");

    public static ulong ReadCr3() => Exit("mov from cr3");

    public static void WriteCr3(ulong value) => Exit($"mov cr3 {value:x}");

    /// <summary>Reads the shadow, which does not exit.</summary>
    public static ulong ReadCr4() => 0x2620;

    public static void WriteCr4(ulong value) => ExitIf(value != ReadCr4(), "mov cr4");

    public static ulong ReadCr8() => Exit("mov from cr8");

    public static void WriteCr8(ulong value) => Exit($"mov cr8 {value:x}");

    public static ulong ReadDr7() => Exit("mov from dr7");

    public static void WriteDr7(ulong value) => Exit($"mov dr7 {value:x}");

    public static ulong ReadMsr(uint register) => Exit($"rdmsr {register:x}");

    public static void WriteMsr(uint register, ulong value) => Exit($"wrmsr {register:x} {value:x}");

    public static void WriteXcr0(ulong value) => Exit($"xsetbv {value:x}");

    public static void Cpuid(uint leaf) => Exit($"cpuid {leaf}");

    public static ulong ReadTsc() => Exit("rdtsc");

    public static void ReadCounter(uint counter) => Exit($"rdpmc {counter}");

    public static void InvalidatePage(ulong address) => Exit($"invlpg {address:x}");

    public static void WriteBackCaches() => Exit("wbinvd");

    public static void InvalidateCaches() => Exit("invd");

    public static void Monitor(ulong address) => Exit($"monitor {address:x}");

    public static void MonitorWait() => Exit("mwait");

    public static void Vmxoff() => Exit("vmxoff");

    public static ulong Vmread(ulong field) => Exit($"vmread {field:x}");

    public static void Undefined() => Exit("ud2");

    public static void DivideByZero() => Exit("div");

    public static void Interrupt() => Exit("int 6");

    public static void TripleFault() => Exit("lidt; int3");

    static void ExitIf(bool condition, string what)
    {
        if (condition)
        {
            Exit(what);
        }
    }

    static ulong Exit(string what)
    {
        TestMachine.Current.OnExit(what);
        return 0;
    }
}
