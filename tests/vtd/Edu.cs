// SPDX-License-Identifier: MIT
namespace Muen.Kernel;

/// <summary>
/// QEMU's edu device: a DMA engine with a buffer of 4 KiB, and one message-signalled interrupt that it raises when told. Its configuration space is written directly:
/// there is no subject here that it would have to be kept from.
/// </summary>
readonly unsafe ref struct Edu
{
    // Configuration space (PCI, 6.1, 6.8).
    private const uint CommandRegister = 0x04;
    private const uint MemoryAndBusMaster = 6;
    private const uint BaseAddress = 0x10;
    private const uint Capabilities = 0x34;
    private const uint MessageCapability = 5;
    private const int MaxCapabilities = 48;
    private const uint MessageEnable = 1 << 16;

    // Registers, as QEMU documents them.
    private const uint Raise = 0x60;
    private const uint Acknowledge = 0x64;
    private const uint DmaSource = 0x80;
    private const uint DmaDestination = 0x88;
    private const uint DmaCount = 0x90;
    private const uint DmaCommand = 0x98;
    private const uint DmaStart = 1;
    private const uint DmaToMemory = 2;
    private const uint Buffer = 0x40000;

    private const int Patience = 50_000_000;

    private readonly ulong configuration;
    private readonly ulong registers;

    /// <summary>The device at this place of bus 0, able to reach memory.</summary>
    internal Edu(ulong configurationSpace, uint device)
    {
        configuration = configurationSpace + (device << 15);
        registers = Physical.Read(configuration + BaseAddress) & ~15u;
        Physical.Write(configuration + CommandRegister, Physical.Read(configuration + CommandRegister) | MemoryAndBusMaster);
    }

    /// <summary>What the device says it is; 0 in the upper half is none.</summary>
    internal uint Identification => Physical.Read(registers);

    /// <summary>Fetches bytes from memory into the device's buffer.</summary>
    internal void Fetch(uint address, uint count) => Transfer(address, Buffer, count, DmaStart);

    /// <summary>Stores bytes of the device's buffer into memory.</summary>
    internal void Store(uint address, uint count) => Transfer(Buffer, address, count, DmaStart | DmaToMemory);

    /// <summary>Sends the message of this index of the remapping table (VT-d specification, 5.1.2.2).</summary>
    internal void Send(uint index)
    {
        // A capability with 64-bit addresses: control, address, upper address, data.
        ulong capability = FindMessageCapability();
        Physical.Write(capability + 4, 0xFEE0_0000 | (index << 5) | (1 << 4));
        Physical.Write(capability + 8, 0);
        Physical.Write(capability + 12, 0);
        Physical.Write(capability, Physical.Read(capability) | MessageEnable);
        Physical.Write(registers + Raise, 1);
        Physical.Write(registers + Acknowledge, 1);
    }

    /// <summary>Raises the line.</summary>
    internal void RaiseLine()
    {
        ulong capability = FindMessageCapability();
        Physical.Write(capability, Physical.Read(capability) & ~MessageEnable);
        Physical.Write(registers + Raise, 1);
    }

    private ulong FindMessageCapability()
    {
        uint offset = Physical.Read(configuration + Capabilities) & 0xFC;
        for (int i = 0; i < MaxCapabilities && (byte)Physical.Read(configuration + offset) != MessageCapability; i++)
        {
            offset = Physical.Read(configuration + offset) >> 8 & 0xFC;
        }

        return configuration + offset;
    }

    private void Transfer(uint source, uint destination, uint count, uint command)
    {
        Physical.Write(registers + DmaSource, source);
        Physical.Write(registers + DmaDestination, destination);
        Physical.Write(registers + DmaCount, count);
        Physical.Write(registers + DmaCommand, command);
        for (int patience = Patience; patience != 0 && (Physical.Read(registers + DmaCommand) & DmaStart) != 0; patience--)
        {
            Cpu.Pause();
        }
    }
}
