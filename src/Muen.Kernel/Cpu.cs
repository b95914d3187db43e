// SPDX-License-Identifier: GPL-3.0-or-later
using System.Runtime;
using System.Runtime.CompilerServices;

namespace Muen.Kernel;

/// <summary>
/// The instructions that C# cannot say. Each is a stub in Stubs/InstructionStubs.cs; the one-instruction ones are inlined after
/// linking. Nothing here decides anything.
/// </summary>
static unsafe class Cpu
{
    /// <summary>RDMSR. Faults on an MSR that the processor lacks: ask CPUID first.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ReadMsr")]
    internal static extern ulong ReadMsr(uint msr);

    /// <summary>WRMSR.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "WriteMsr")]
    internal static extern void WriteMsr(uint msr, ulong value);

    /// <summary>RDTSC.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ReadTsc")]
    internal static extern ulong ReadTsc();

    /// <summary>CPUID; <paramref name="registers"/> receives EAX, EBX, ECX, EDX.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "Cpuid")]
    internal static extern void Cpuid(uint leaf, uint subleaf, uint* registers);

    /// <summary>PAUSE, in every loop that waits for another processor.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "Pause")]
    internal static extern void Pause();

    /// <summary>CLI; HLT for ever.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "Halt")]
    internal static extern void Halt();

    /// <summary>IN AL, DX.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "In8")]
    internal static extern byte In8(ushort port);

    /// <summary>OUT DX, AL.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "Out8")]
    internal static extern void Out8(ushort port, byte value);

    /// <summary>MOV RAX, CR0.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ReadCr0")]
    internal static extern ulong ReadCr0();

    /// <summary>MOV RAX, CR2.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ReadCr2")]
    internal static extern ulong ReadCr2();

    /// <summary>MOV CR2, value.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "WriteCr2")]
    internal static extern void WriteCr2(ulong value);

    /// <summary>MOV RAX, CR3.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ReadCr3")]
    internal static extern ulong ReadCr3();

    /// <summary>MOV RAX, CR4.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ReadCr4")]
    internal static extern ulong ReadCr4();

    /// <summary>MOV CR4, value.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "WriteCr4")]
    internal static extern void WriteCr4(ulong value);

    /// <summary>LGDT; the selectors in use keep their meaning.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "LoadGdt")]
    internal static extern void LoadGdt(void* descriptor);

    /// <summary>LIDT.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "LoadIdt")]
    internal static extern void LoadIdt(void* descriptor);

    /// <summary>LTR.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "LoadTaskRegister")]
    internal static extern void LoadTaskRegister(ushort selector);

    /// <summary>XSETBV with ECX = 0.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "WriteXcr0")]
    internal static extern void WriteXcr0(ulong value);

    /// <summary>XSAVEOPT64 of every enabled component into a 64-byte aligned area.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "XSaveOptimized")]
    internal static extern void XSaveOptimized(void* area);

    /// <summary>XRSTOR64 of every enabled component.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "XRestore")]
    internal static extern void XRestore(void* area);

    /// <summary>VMXON; the operand lies in memory. Returns 1 on success, 0 on VMfail.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "VmxOn")]
    internal static extern uint VmxOn(ulong* physicalAddress);

    /// <summary>VMCLEAR; returns 1 on success, 0 on VMfail.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "VmClear")]
    internal static extern uint VmClear(ulong* physicalAddress);

    /// <summary>VMPTRLD; returns 1 on success, 0 on VMfail.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "VmPtrLd")]
    internal static extern uint VmPtrLd(ulong* physicalAddress);

    /// <summary>VMREAD of the current VMCS; an unknown field reads as whatever RAX held.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "VmRead")]
    internal static extern ulong VmRead(VmcsField field);

    /// <summary>VMWRITE to the current VMCS.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "VmWrite")]
    internal static extern void VmWrite(VmcsField field, ulong value);

    /// <summary>INVVPID (SDM vol. 3, 31.3).</summary>
    /// <param name="type">1 = one VPID, 2 = all contexts.</param>
    /// <param name="vpid">The VPID of type 1, else 0.</param>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "InvalidateVpid")]
    internal static extern void InvalidateVpid(uint type, uint vpid);

    /// <summary>WBINVD.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "WriteBackCaches")]
    internal static extern void WriteBackCaches();

    /// <summary>VERW, which overwrites the processor's buffers where microcode says so (CPUID MD_CLEAR).</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "OverwriteBuffers")]
    internal static extern void OverwriteBuffers();

    /// <summary>32 calls that never return: no return address of an earlier subject is left in the return stack buffer.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "StuffReturnStack")]
    internal static extern void StuffReturnStack();

    /// <summary>Tells the trampoline which processor comes next; it indexes <see cref="Muen.Abi.TablesHeader.PageTables"/> by it.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "SetNextProcessor")]
    internal static extern void SetNextProcessor(uint index);

    /// <summary>The address for the HOST_RIP field. Never called.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ExitEntry")]
    internal static extern void ExitEntry();

    /// <summary>The first of 32 exception entries, five bytes apart. Never called.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ExceptionEntries")]
    internal static extern void ExceptionEntries();
}
