// SPDX-License-Identifier: MIT
using Muen.Simulation;

namespace Muen.Kernel;

/// <summary>The kernel's instructions (src/Muen.Kernel/Cpu.cs), done by the simulated processor whose turn it is.</summary>
static unsafe class Cpu
{
    internal static ulong ReadMsr(uint msr) => Processor.Current.ReadMsr(msr);

    internal static void WriteMsr(uint msr, ulong value) => Processor.Current.WriteMsr(msr, value);

    internal static ulong ReadTsc() => Processor.Current.ReadTsc();

    internal static void Cpuid(uint leaf, uint subleaf, uint* registers) => Processor.Current.Cpuid(leaf, subleaf, registers);

    internal static void Pause() => Processor.Current.Pause();

    internal static void Halt() => Processor.Halt();

    internal static byte In8(ushort port) => 0xFF;

    internal static void Out8(ushort port, byte value) => Processor.Current.Step();

    internal static ulong ReadCr0() => 0x8001_0033;

    internal static ulong ReadCr2() => Processor.Current.Cr2;

    internal static void WriteCr2(ulong value) => Processor.Current.Cr2 = value;

    internal static ulong ReadCr3() => 0;

    internal static ulong ReadCr4() => Processor.Current.Cr4;

    internal static void WriteCr4(ulong value) => Processor.Current.Cr4 = value;

    internal static void LoadGdt(void* descriptor) => Processor.Current.Step();

    internal static void LoadIdt(void* descriptor) => Processor.Current.Step();

    internal static void LoadTaskRegister(ushort selector) => Processor.Current.Step();

    internal static void WriteXcr0(ulong value) => Processor.Current.Step();

    internal static void XSaveOptimized(void* area) => Processor.Current.SaveExtendedState((ulong*)area);

    internal static void XRestore(void* area) => Processor.Current.RestoreExtendedState((ulong*)area);

    internal static uint VmxOn(ulong* physicalAddress) => 1;

    internal static uint VmClear(ulong* physicalAddress) => Processor.Current.VmClear(*physicalAddress);

    internal static uint VmPtrLd(ulong* physicalAddress) => Processor.Current.VmPtrLd(*physicalAddress);

    internal static ulong VmRead(VmcsField field) => Processor.Current.VmRead((uint)field);

    internal static void VmWrite(VmcsField field, ulong value) => Processor.Current.VmWrite((uint)field, value);

    internal static void InvalidateVpid(uint type, uint vpid) => Processor.Current.Step();

    internal static void WriteBackCaches() => Processor.Current.Step();

    internal static void OverwriteBuffers() => Processor.Current.Flush(Muen.Abi.SubjectFlags.FlushBuffers);

    internal static void StuffReturnStack() => Processor.Current.StuffReturnStack();

    internal static void SetNextProcessor(uint index) => Processor.Current.SetNextProcessor(index);

    internal static void ExitEntry() => Processor.Halt();

    internal static void ExceptionEntries() => Processor.Halt();
}
