// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using Muen.Abi;

namespace Muen.Sdk.Policy.Allocate;

/// <summary>Pages of one size that follow each other in an address space and in physical memory.</summary>
/// <param name="Virtual">First byte as it is seen; guest-physical in a VM.</param>
/// <param name="Physical">First byte in physical memory.</param>
/// <param name="Size">Bytes, whole pages.</param>
/// <param name="Level">1 = pages of 4 KiB, 2 = 2 MiB, 3 = 1 GiB.</param>
internal readonly record struct PageRun(ulong Virtual, ulong Physical, ulong Size, int Level)
{
    /// <summary>Level of the largest pages.</summary>
    internal const int Largest = 3;

    /// <summary>Bytes of a page of a level.</summary>
    internal static ulong PageSize(int level) => KernelLayout.PageSize << (9 * (level - 1));

    /// <summary>Divides a mapping into runs with the largest pages that its addresses allow: small ones up to the first boundary, large ones, small ones after the last.</summary>
    internal static IEnumerable<PageRun> Of(ulong start, ulong physical, ulong size, int level = Largest)
    {
        ulong page = PageSize(level);
        ulong head = (0 - start) & (page - 1);
        if (level == 1)
        {
            yield return new PageRun(start, physical, size, 1);
        }
        else if (((start ^ physical) & (page - 1)) != 0 || size < head + page)
        {
            foreach (PageRun run in Of(start, physical, size, level - 1))
            {
                yield return run;
            }
        }
        else
        {
            ulong whole = (size - head) & ~(page - 1);
            foreach (PageRun run in Of(start, physical, head, level - 1))
            {
                if (run.Size != 0)
                {
                    yield return run;
                }
            }

            yield return new PageRun(start + head, physical + head, whole, level);
            foreach (PageRun run in Of(start + head + whole, physical + head + whole, size - head - whole, level - 1))
            {
                if (run.Size != 0)
                {
                    yield return run;
                }
            }
        }
    }
}
