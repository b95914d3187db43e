// SPDX-License-Identifier: MIT

using Muen.Sdk.Image;

namespace Muen.Sdk.Verify;

/// <summary>What a verification found.</summary>
/// <param name="Findings">Everything, harmless ones included; of one kind only some are kept.</param>
/// <param name="Counts">How many there were of each kind.</param>
public sealed record VerificationResult(IReadOnlyList<Finding> Findings, IReadOnlyDictionary<FindingCode, int> Counts)
{
    /// <summary>Whether authority or meaning are other than they must be.</summary>
    public bool HasErrors => Counts.Keys.Any(c => !c.IsHarmless);

    /// <summary>Those that are no harmless ones.</summary>
    public IEnumerable<Finding> Errors => Findings.Where(f => !f.Code.IsHarmless);
}

/// <summary>
/// Verifies a packed image from its bytes: page tables, EPTs, bitmaps and the kernel's tables are walked as the processor and the kernel walk them, what must hold of
/// every system is demanded, and what each subject may do is compared with the policy. It shares no code with what places and emits.
/// </summary>
public static class Verifier
{
    /// <summary>Verifies an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="policy">What it is held against; null demands only what must hold of every system.</param>
    public static VerificationResult Verify(ImageReader image, Expectation? policy)
    {
        ArgumentNullException.ThrowIfNull(image);
        var findings = new Findings();
        if (ImageModel.Read(new PhysicalMemory(image), findings) is { } model)
        {
            KernelSpaces.Check(model);
            KernelContents.Check(model, image.Entry);
            SubjectProcessors.Check(model);
            Grants grants = Grants.Check(model);
            Plan.Check(model);
            Signals.Check(model);
            Told.Check(model, grants);
            Usage.CheckSubjects(model);
            if (policy is not null && SystemComparison.Compare(model, policy, image.Entry, grants))
            {
                SignalComparison.Compare(model, policy);
                MemoryComparison.Compare(model, policy);
            }

            Usage.CheckClaims(model);
        }

        return new(findings.List, findings.Counts);
    }
}
