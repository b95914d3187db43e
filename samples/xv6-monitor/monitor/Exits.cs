// SPDX-License-Identifier: MIT
using System;
using System.Buffers.Binary;
using Muen.Abi;

namespace Muen.Samples.Monitors;

/// <summary>What becomes of each exit of the guest (SDM vol. 3, appendix C, 28.2.1).</summary>
static unsafe class Exits
{
    const byte Debug = 1;
    const byte InvalidOpcode = 6;
    const byte GeneralProtection = 13;
    const byte AlignmentCheck = 17;

    /// <summary>Blocking by STI and MOV SS, which the end of the instruction ends.</summary>
    const uint Blocking = 3;

    const uint ApicBase = 0x1B;

    /// <summary>The APIC is on, at its usual address, and this is the bootstrap processor.</summary>
    const ulong ApicBaseValue = LocalApic.Base | 0x900;

    // Exit qualification of EPT violations.
    const ulong Fetch = 1 << 2;
    const ulong LinearValid = 1 << 7;
    const ulong AccessItself = 1 << 8;

    /// <summary>D of a code segment's access rights.</summary>
    const uint DefaultSize32 = 1 << 14;

    /// <summary>The guest waits in HLT.</summary>
    internal static bool IsHalted { get; set; }

    /// <summary>The exception that the guest is to get, or -1.</summary>
    internal static int Exception { get; private set; }

    /// <summary>Why an exit was not handled.</summary>
    internal static Problem Problem { get; private set; }

    internal static void Reset()
    {
        IsHalted = false;
        Exception = -1;
    }

    /// <summary>Handles an exit.</summary>
    /// <returns>False when the guest cannot go on; <see cref="Problem"/> says why.</returns>
    internal static bool Handle(SubjectState* state)
    {
        Exception = -1;
        if (state->ExitReason > 0xFFFF)
        {
            Problem = Problem.InvalidState;
            return false;
        }
        switch ((ExitReason)state->ExitReason)
        {
            case ExitReason.ExceptionOrNmi:
                return Reflect(state);
            case ExitReason.Cpuid:
                Cpuid.Execute(state);
                return Skip(state);
            case ExitReason.Hlt:
                IsHalted = true;
                return Skip(state);
            case ExitReason.Invlpg or ExitReason.Wbinvd:
                // The kernel forgets the guest's translations whenever its monitor has run; nothing of the guest's caches needs writing back.
                return Skip(state);
            case ExitReason.Rdtsc:
                SetPair(state, Clock.Now);
                return Skip(state);
            case ExitReason.Rdpmc or ExitReason.Vmcall or ExitReason.Monitor or ExitReason.Mwait:
                Exception = (ExitReason)state->ExitReason == ExitReason.Rdpmc ? GeneralProtection : InvalidOpcode;
                return true;
            case ExitReason.Rdmsr when (state->Rcx & 0xFFFF_FFFF) == ApicBase:
                SetPair(state, ApicBaseValue);
                return Skip(state);
            case ExitReason.ControlRegisterAccess:
                return AccessControlRegister(state);
            case ExitReason.IoInstruction:
                return AccessPort(state);
            case ExitReason.EptViolation:
                return AccessMemory(state);
            default:
                Problem = (ExitReason)state->ExitReason switch
                {
                    ExitReason.TripleFault => Problem.TripleFault,
                    ExitReason.Rdmsr or ExitReason.Wrmsr => Problem.ModelSpecificRegister,
                    _ => Problem.UnknownExit,
                };
                return false;
        }
    }

    static bool Skip(SubjectState* state)
    {
        Skip(state, (int)state->InstructionLength);
        return true;
    }

    static void Skip(SubjectState* state, int length)
    {
        state->Rip = (state->Rip + (ulong)length) & 0xFFFF_FFFF;
        state->Interruptibility &= ~Blocking;
    }

    static void SetPair(SubjectState* state, ulong value)
    {
        state->Rax = value & 0xFFFF_FFFF;
        state->Rdx = value >> 32;
    }

    /// <summary>Debug exceptions and alignment checks exit so that their delivery ends; the guest gets them now.</summary>
    static bool Reflect(SubjectState* state)
    {
        byte vector = (byte)(state->InterruptionInfo & 0xFF);
        if (vector is not (Debug or AlignmentCheck))
        {
            Problem = Problem.UnknownException;
            return false;
        }
        Exception = vector;
        return true;
    }

    /// <summary>MOV to CR0 or CR4 that would change a bit that is not the guest's: it sees its own value and has the effect of the rest.</summary>
    static bool AccessControlRegister(SubjectState* state)
    {
        const ulong fixedInCr0 = (1 << 5) | (1UL << 29) | (1UL << 30);
        const ulong fixedInCr4 = (1 << 6) | (1 << 13);
        ulong qualification = state->ExitQualification;
        uint register = (uint)(qualification & 15);
        if (((qualification >> 4) & 3) != 0 || register is not (0 or 4))
        {
            Problem = Problem.ControlRegister;
            return false;
        }
        ulong value = Registers.Read(state, (int)((qualification >> 8) & 7), 4);
        if (register == 0)
        {
            state->Cr0 = (state->Cr0 & fixedInCr0) | (value & ~fixedInCr0);
            state->Cr0Shadow = value;
            return Skip(state);
        }
        if ((value & fixedInCr4 & ~state->Cr4Shadow & (1 << 13)) != 0)
        {
            Exception = GeneralProtection;      // VMXE: there is no VMX for the guest
            return true;
        }
        state->Cr4 = (state->Cr4 & fixedInCr4) | (value & ~fixedInCr4);
        state->Cr4Shadow = value;
        return Skip(state);
    }

    static bool AccessPort(SubjectState* state)
    {
        ulong qualification = state->ExitQualification;
        ushort port = (ushort)((qualification >> 16) & 0xFFFF);
        int size = (int)(qualification & 7) + 1;
        bool isInput = (qualification & 8) != 0;
        bool finished = true;
        bool done = (qualification & 16) != 0
            ? AccessPortByString(state, port, size, isInput, (qualification & 32) != 0, out finished)
            : AccessPort(state, port, size, isInput);
        if (!done)
        {
            Problem = isInput ? Problem.PortRead : Problem.PortWrite;
            return false;
        }
        return !finished || Skip(state);
    }

    static bool AccessPort(SubjectState* state, ushort port, int size, bool isInput)
    {
        const int accumulator = 0;
        if (!isInput)
        {
            return DevicePorts.TryWrite(port, size, Registers.Read(state, accumulator, size));
        }
        if (!DevicePorts.TryRead(port, size, out uint value))
        {
            return false;
        }
        Registers.Write(state, accumulator, size, value);
        return true;
    }

    /// <summary>INS and OUTS of 32-bit addresses, many elements at once.</summary>
    /// <param name="finished">False when elements are left: the instruction begins again, as after an interrupt, so that four billion of them keep nobody from looking for keys.</param>
    static bool AccessPortByString(SubjectState* state, ushort port, int size, bool isInput, bool repeated, out bool finished)
    {
        const uint elementsAtOnce = 4096;
        finished = true;
        const ulong direction = 1 << 10;
        const uint addressSize32 = 1;
        const int count = 1;
        const int source = 6;
        const int destination = 7;
        if (((state->InstructionInfo >> 7) & 7) != addressSize32)
        {
            return false;
        }
        uint left = repeated ? Registers.Read(state, count, 4) : 1;
        uint step = (state->Rflags & direction) != 0 ? unchecked((uint)-size) : (uint)size;
        ulong linear = state->GuestLinearAddress;
        int index = isInput ? destination : source;
        Span<byte> element = stackalloc byte[4];
        uint stop = left > elementsAtOnce ? left - elementsAtOnce : 0;
        finished = stop == 0;
        for (; left != stop; left--)
        {
            if (isInput)
            {
                if (!DevicePorts.TryRead(port, size, out uint value))
                {
                    return false;
                }
                BinaryPrimitives.WriteUInt32LittleEndian(element, value);
                if (!GuestMemory.TryWrite(state, linear, element[..size]))
                {
                    return false;
                }
            }
            else
            {
                element.Clear();
                if (GuestMemory.Read(state, linear, element[..size]) != size || !DevicePorts.TryWrite(port, size, BinaryPrimitives.ReadUInt32LittleEndian(element)))
                {
                    return false;
                }
            }
            linear = unchecked((uint)(linear + step));
            Registers.Write(state, index, 4, unchecked(Registers.Read(state, index, 4) + step));
            if (repeated)
            {
                Registers.Write(state, count, 4, left - 1);
            }
        }
        return true;
    }

    /// <summary>An access to memory that is not there: the registers of the APICs, or a mistake of the guest's.</summary>
    static bool AccessMemory(SubjectState* state)
    {
        ulong physical = state->GuestPhysicalAddress;
        ulong qualification = state->ExitQualification;
        if ((qualification & Fetch) != 0 || (qualification & (LinearValid | AccessItself)) != (LinearValid | AccessItself) || !IsDevice(physical))
        {
            Problem = Problem.NoMemory;
            return false;
        }
        Span<byte> code = stackalloc byte[MmioInstruction.MaxLength];
        int length = GuestMemory.Read(state, (state->Cs.Base + state->Rip) & 0xFFFF_FFFF, code);
        if (!MmioInstruction.TryDecode(code[..length], (state->Cs.Access & DefaultSize32) != 0, out MmioInstruction instruction))
        {
            Problem = Problem.Instruction;
            return false;
        }
        if (!Execute(state, physical, in instruction))
        {
            Problem = Problem.DeviceRegister;
            return false;
        }
        Skip(state, instruction.Length);
        return true;
    }

    static bool Execute(SubjectState* state, ulong physical, in MmioInstruction instruction)
    {
        uint other = instruction.Register < 0 ? instruction.Immediate : 0;
        if (instruction.Operation == MmioOperation.Store)
        {
            return TryWriteDevice(physical, instruction.Size, instruction.Register < 0 ? other : Registers.Read(state, instruction.Register, instruction.Size));
        }
        if (!TryReadDevice(physical, instruction.Size, out uint value))
        {
            return false;
        }
        if (instruction.Operation == MmioOperation.Load)
        {
            uint sign = 1u << ((8 * instruction.Size) - 1);
            uint extended = instruction.SignExtend && (value & sign) != 0 ? value | ~MmioInstruction.MaskOf(instruction.Size) : value;
            Registers.Write(state, instruction.Register, instruction.RegisterSize, extended & MmioInstruction.MaskOf(instruction.RegisterSize));
            return true;
        }
        other = instruction.Register < 0 ? other : Registers.Read(state, instruction.Register, instruction.Size);
        bool memory = instruction.MemoryIsDestination;
        bool order = memory || instruction.Operation == MmioOperation.Test;
        uint result = Registers.Execute(state, instruction.Operation, order ? value : other, order ? other : value, instruction.Size);
        if (instruction.Operation is MmioOperation.Compare or MmioOperation.Test)
        {
            return true;
        }
        if (memory)
        {
            return TryWriteDevice(physical, instruction.Size, result);
        }
        Registers.Write(state, instruction.Register, instruction.Size, result);
        return true;
    }

    static bool IsDevice(ulong physical) => physical is (>= LocalApic.Base and < LocalApic.Base + LocalApic.Size) or (>= IoApic.Base and < IoApic.Base + IoApic.Size);

    static bool TryReadDevice(ulong physical, int size, out uint value) => physical >= LocalApic.Base
        ? LocalApic.TryRead(physical - LocalApic.Base, size, out value)
        : IoApic.TryRead(physical - IoApic.Base, size, out value);

    static bool TryWriteDevice(ulong physical, int size, uint value) => physical >= LocalApic.Base
        ? LocalApic.TryWrite(physical - LocalApic.Base, size, value)
        : IoApic.TryWrite(physical - IoApic.Base, size, value);
}
