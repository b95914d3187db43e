// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Verify;

/// <summary>Reads the tables that a walk comes to, one page of 64-bit entries each, and claims them: none has two uses.</summary>
sealed class TableReader(PhysicalMemory memory, Claims claims, Findings findings)
{
    /// <summary>Claims and reads a table.</summary>
    /// <param name="who">Whose it is, for a finding.</param>
    /// <param name="table">Its physical address.</param>
    /// <param name="use">What it is.</param>
    /// <param name="owner">Processor, subject or domain that it belongs to, -1 for the system.</param>
    /// <param name="entries">Receives its entries.</param>
    /// <returns>False when it must not be walked: it is used twice, or is not there. Both are findings.</returns>
    public bool TryOpen(string who, ulong table, Use use, int owner, Span<ulong> entries)
    {
        if (!claims.AddTable(table, use, owner))
        {
            findings.Add(FindingCodes.UsedTwice, who, $"the table at 0x{table:x} is used twice");
            return false;
        }

        if (!memory.TryReadTable(table, entries))
        {
            findings.Add(FindingCodes.MissingMemory, who, $"there is no table at 0x{table:x}");
            return false;
        }

        return true;
    }
}
