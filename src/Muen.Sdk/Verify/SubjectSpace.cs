// SPDX-License-Identifier: MIT

using Muen.Abi;
using Muen.Sdk.Image;

namespace Muen.Sdk.Verify;

/// <summary>Where a native subject of an image runs, and at which addresses of the machine its memory is: what a debugger must know of it.</summary>
public sealed class SubjectSpace
{
    readonly AddressSpace _own;
    readonly AddressSpace _kernel;

    SubjectSpace(SubjectEntry entry, AddressSpace own, AddressSpace kernel)
    {
        Processor = entry.Processor;
        Initial = entry.Initial;
        _own = own;
        _kernel = kernel;
    }

    /// <summary>Index of the processor that runs it.</summary>
    public int Processor { get; }

    /// <summary>The state in which it begins.</summary>
    public SubjectState Initial { get; }

    /// <summary>Reads it from an image's tables; null when there is no such native subject.</summary>
    /// <param name="image">The image.</param>
    /// <param name="subject">The subject's name.</param>
    public static SubjectSpace? TryRead(ImageReader image, string subject)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (ImageModel.Read(new PhysicalMemory(image), new Findings()) is not { } model)
        {
            return null;
        }

        KernelTables tables = model.Tables;
        for (int id = 0; id < tables.Subjects.Length; id++)
        {
            if (tables.NameOf(id) == subject && tables.Subjects[id].EptPointer == 0 && tables.Subjects[id].Processor < model.Kernels.Length)
            {
                return new(tables.Subjects[id], model.Subjects[id], model.Kernels[tables.Subjects[id].Processor]);
            }
        }

        return null;
    }

    /// <summary>The machine's address of the subject's.</summary>
    /// <param name="address">An address of the subject.</param>
    /// <param name="size">Bytes that follow it in both: as many as are mapped in one piece.</param>
    /// <returns>Null where nothing is mapped.</returns>
    public ulong? Physical(ulong address, out ulong size) => Physical(_own, address, out size);

    /// <summary>The same for the kernel on the subject's processor.</summary>
    /// <inheritdoc cref="Physical(ulong, out ulong)"/>
    public ulong? PhysicalOfKernel(ulong address, out ulong size) => Physical(_kernel, address, out size);

    static ulong? Physical(AddressSpace space, ulong address, out ulong size)
    {
        MappedRun? run = space.At(address);
        size = run is { } found ? found.Size - (address - found.Virtual) : 0;
        return run?.Physical + (address - run?.Virtual);
    }
}
