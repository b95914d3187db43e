// SPDX-License-Identifier: MIT
using System;

namespace Muen.Samples.Crypter.Client;

/// <summary>
/// Walks through an archive in ustar format (POSIX.1-2017, pax, "ustar Interchange Format"). The archive is not trusted: a header that is
/// not whole, or says more than there is, ends the walk with <see cref="IsDamaged"/>.
/// </summary>
ref struct TarReader
{
    const int BlockSize = 512;

    // Fields of a header: offset and length in bytes.
    const int NameLength = 100;
    const int SizeOffset = 124;
    const int SizeLength = 12;
    const int ChecksumOffset = 148;
    const int ChecksumLength = 8;
    const int TypeOffset = 156;
    const int MagicOffset = 257;
    const int PrefixOffset = 345;
    const int PrefixLength = 155;

    ReadOnlySpan<byte> _rest;

    /// <param name="archive">The archive; what follows its end is ignored.</param>
    internal TarReader(ReadOnlySpan<byte> archive)
    {
        _rest = archive;
        Prefix = default;
        Name = default;
        Content = default;
        IsDamaged = false;
    }

    /// <summary>Directory of the current file without the slash at its end; empty when the name is all there is.</summary>
    internal ReadOnlySpan<byte> Prefix { get; private set; }

    /// <summary>Name of the current file.</summary>
    internal ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Bytes of the current file.</summary>
    internal ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>Whether the walk ended at something that is no archive.</summary>
    internal bool IsDamaged { get; private set; }

    /// <summary>Goes to the next regular file; entries of other kinds are skipped.</summary>
    /// <returns>Whether there is one.</returns>
    internal bool MoveNext()
    {
        while (_rest.Length >= BlockSize && _rest[0] != 0)
        {
            ReadOnlySpan<byte> header = _rest[..BlockSize];
            _rest = _rest[BlockSize..];
            if (!IsHeader(header)
                || !TryReadOctal(header.Slice(SizeOffset, SizeLength), out ulong size)
                || size > (ulong)_rest.Length)
            {
                IsDamaged = true;
                _rest = default;
                return false;
            }
            Content = _rest[..(int)size];
            _rest = _rest[(int)size..];
            int padding = (BlockSize - ((int)size % BlockSize)) % BlockSize;
            _rest = _rest[Math.Min(_rest.Length, padding)..];
            if (header[TypeOffset] is (byte)'0' or 0)
            {
                Name = Terminated(header[..NameLength]);
                Prefix = Terminated(header.Slice(PrefixOffset, PrefixLength));
                return true;
            }
        }
        return false;
    }

    /// <summary>Whether magic and checksum are right: the sum of all bytes, the checksum's own counted as spaces.</summary>
    static bool IsHeader(ReadOnlySpan<byte> header)
    {
        ulong sum = 0;
        for (int i = 0; i < header.Length; i++)
        {
            sum += i is >= ChecksumOffset and < ChecksumOffset + ChecksumLength ? (byte)' ' : header[i];
        }
        return header[MagicOffset..].StartsWith("ustar"u8)
            && TryReadOctal(header.Slice(ChecksumOffset, ChecksumLength), out ulong expected)
            && sum == expected;
    }

    /// <summary>Octal digits, ended by a space, a NUL or the field's end; spaces before them are allowed. 12 digits cannot overflow.</summary>
    static bool TryReadOctal(ReadOnlySpan<byte> field, out ulong value)
    {
        value = 0;
        int i = 0;
        while (i < field.Length && field[i] == ' ')
        {
            i++;
        }
        int first = i;
        for (; i < field.Length && field[i] is not ((byte)' ' or 0); i++)
        {
            if (field[i] is < (byte)'0' or > (byte)'7')
            {
                return false;
            }
            value = (value * 8) + (ulong)(field[i] - '0');
        }
        return i > first;
    }

    static ReadOnlySpan<byte> Terminated(ReadOnlySpan<byte> field)
    {
        int length = field.IndexOf((byte)0);
        return length < 0 ? field : field[..length];
    }
}
