// SPDX-License-Identifier: MIT
namespace Muen;

/// <summary>One register of a device, from <see cref="Mmio.Register{T}"/>.</summary>
/// <typeparam name="T">What it holds, of 1, 2, 4 or 8 bytes.</typeparam>
[Capability]
public readonly unsafe struct MmioRegister<[PlainData] T>
    where T : unmanaged
{
    readonly byte* _address;
    readonly bool _isWritable;

    internal MmioRegister(byte* address, bool isWritable)
    {
        _address = address;
        _isWritable = isWritable;
    }

    /// <summary>Reads the register, or writes it. Through a default value, and writing what is granted to read only, is a <see cref="Panic"/>.</summary>
    public T Value
    {
        get
        {
            ulong value = Mmio.Load(Required, sizeof(T));
            return *(T*)&value;
        }

        set
        {
            ulong bits = 0;
            *(T*)&bits = value;
            Mmio.Store(Required, sizeof(T), bits, _isWritable);
        }
    }

    byte* Required
    {
        get
        {
            if (_address == null)
            {
                Panic.Stop("a register was never opened");
            }
            return _address;
        }
    }
}
