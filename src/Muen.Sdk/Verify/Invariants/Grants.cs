// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using Muen.Abi;

namespace Muen.Sdk.Verify;

/// <summary>
/// Ports, MSRs and the MSR store: no port is two subjects' or the kernel's, no MSR is granted that the kernel does not keep apart, and those that only the store keeps
/// apart are in it.
/// </summary>
sealed class Grants
{
    const int UartPorts = 8;
    const int StoreEntry = 16;

    readonly ImageModel _image;
    readonly Dictionary<int, int> _portOwners = [];

    Grants(ImageModel image)
    {
        _image = image;
        Ports = new List<int>[image.Subjects.Length];
        Msrs = new HashSet<(uint, bool)>[image.Subjects.Length];
    }

    /// <summary>By subject: its ports, ascending.</summary>
    public List<int>[] Ports { get; }

    /// <summary>By subject: its MSRs, to read or to write.</summary>
    public HashSet<(uint Msr, bool Write)>[] Msrs { get; }

    /// <summary>Reads and checks every subject's.</summary>
    public static Grants Check(ImageModel image)
    {
        var grants = new Grants(image);
        for (int id = 0; id < image.Subjects.Length; id++)
        {
            grants.CheckPorts(id);
            grants.CheckMsrs(id);
        }

        return grants;
    }

    void CheckPorts(int id)
    {
        SubjectEntry entry = _image.Tables.Subjects[id];
        byte[]? bitmap = _image.Memory.Read(entry.IoBitmapAddress, 2 * PhysicalMemory.Page);
        Ports[id] = bitmap is null ? [] : Bitmaps.Cleared(bitmap);
        TablesHeader header = _image.Tables.Header;
        foreach (int port in Ports[id])
        {
            // Processors of one VM may share a port; whether two VMs are one, the policy says.
            if (!_portOwners.TryAdd(port, id) && !(IsVm(id) && IsVm(_portOwners[port])))
            {
                _image.Findings.Add(FindingCodes.Ports, Place(id), $"port 0x{port:x} is also a port of subject '{_image.Tables.NameOf(_portOwners[port])}'");
            }

            bool console = header.ConsolePort != 0 && port - (long)header.ConsolePort is >= 0 and < UartPorts;
            if (console || (header.ResetPort != 0 && port == header.ResetPort) || (header.PowerOffPort != 0 && port - header.PowerOffPort is 0 or 1))
            {
                _image.Findings.Add(FindingCodes.Ports, Place(id), $"port 0x{port:x} is the kernel's");
            }
        }
    }

    void CheckMsrs(int id)
    {
        SubjectEntry entry = _image.Tables.Subjects[id];
        bool vm = entry.Profile == SubjectProfile.Vm;
        byte[]? bitmap = _image.Memory.Read(entry.MsrBitmapAddress, PhysicalMemory.Page);
        Msrs[id] = bitmap is null ? [] : [.. Bitmaps.Cleared(bitmap).Select(Bitmaps.Msr)];
        foreach ((uint msr, bool write) in Msrs[id])
        {
            if (!(write ? IsWritable(msr, vm) : msr == TimeStampCounter || IsWritable(msr, vm)))
            {
                _image.Findings.Add(FindingCodes.Msrs, Place(id), $"MSR 0x{msr:x} may be {(write ? "written" : "read")}; nothing keeps it apart from other subjects'");
            }
        }

        CheckStore(id, in entry, [.. Msrs[id].Select(m => m.Msr).Where(m => IsStored(m, vm)).Distinct().Order()]);
    }

    // Entries of index, reserved word and value (SDM vol. 3, table 25-15).
    void CheckStore(int id, in SubjectEntry entry, uint[] needed)
    {
        if (entry.MsrStoreCount > Limits.MsrStoreEntries)
        {
            return;
        }

        byte[]? store = entry.MsrStoreCount == 0 ? [] : _image.Memory.Read(entry.MsrStoreAddress, PhysicalMemory.Page);
        if (store is null)
        {
            return;
        }

        ReadOnlySpan<uint> words = MemoryMarshal.Cast<byte, uint>(store);
        var stored = new List<uint>();
        int used = (int)entry.MsrStoreCount * StoreEntry;
        for (int i = 0; i < (int)entry.MsrStoreCount; i++)
        {
            ReadOnlySpan<uint> item = words.Slice(i * 4, 4);
            stored.Add(item[0]);
            if (item[1] != 0)
            {
                _image.Findings.Add(FindingCodes.ReservedBit, Place(id), $"entry {i} of the MSR store has 0x{item[1]:x} in its reserved word");
            }

            if (item[2] != 0 || item[3] != 0)
            {
                _image.Findings.Add(FindingCodes.Overwritten, Place(id), $"entry {i} of the MSR store has a value");
            }
        }

        if (!stored.SequenceEqual(needed))
        {
            _image.Findings.Add(FindingCodes.MsrStore, Place(id),
                $"the store has {List(stored)}; the subject's MSRs need {List(needed)}");
        }

        if (store.AsSpan(used).ContainsAnyExcept((byte)0))
        {
            _image.Findings.Add(FindingCodes.Padding, Place(id), "behind the last entry of the MSR store");
        }
    }

    static string List(IReadOnlyCollection<uint> msrs) => msrs.Count == 0 ? "none" : string.Join(", ", msrs.Select(m => $"0x{m:x}"));

    const uint TimeStampCounter = 0x10;

    // SYSENTER_CS, _ESP, _EIP, STAR, LSTAR, CSTAR, FMASK, FS_BASE, GS_BASE, KERNEL_GS_BASE; a VM also EFER.
    static bool IsWritable(uint msr, bool vm) =>
        msr is (>= 0x174 and <= 0x176) or (>= 0xC000_0081 and <= 0xC000_0084) or (>= 0xC000_0100 and <= 0xC000_0102) || (vm && msr == 0xC000_0080);

    // The VMCS moves SYSENTER_*, FS_BASE, GS_BASE and EFER; the kernel moves KERNEL_GS_BASE of native subjects.
    static bool IsStored(uint msr, bool vm) => msr is >= 0xC000_0081 and <= 0xC000_0084 || (vm && msr == 0xC000_0102);

    bool IsVm(int id) => _image.Tables.Subjects[id].Profile == SubjectProfile.Vm;

    string Place(int id) => $"subject '{_image.Tables.NameOf(id)}'";
}
