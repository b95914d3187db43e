// SPDX-License-Identifier: MIT

using Muen.Sdk.Image;
using Muen.Sdk.Policy;
using Muen.Sdk.Policy.Check;
using Muen.Sdk.Policy.Expand;
using Muen.Sdk.Policy.Read;

namespace Muen.Sdk.Verify;

/// <summary>What a right is to. The order is that of reports.</summary>
public enum RightKind
{
    /// <summary>Another subject, by whatever way: what it does can be seen there.</summary>
    Reach,
    Memory,

    /// <summary>What a subject sees of another one.</summary>
    Monitor,
    Port,
    Msr,

    /// <summary>A hypercall.</summary>
    Event,

    /// <summary>What an exit does.</summary>
    Trap,

    /// <summary>What arrives at a subject: events, interrupts of devices.</summary>
    Arrival,

    /// <summary>Processor time.</summary>
    Time,

    /// <summary>What a subject's processor may do without asking.</summary>
    Processor,
}

/// <summary>One thing that a subject may do.</summary>
/// <param name="Subject">Who.</param>
/// <param name="Object">To what; one kind, subject and object have one right.</param>
/// <param name="What">What exactly.</param>
/// <param name="Detail">Addresses and numbers that the compiler chose: they can change without anybody being able to do more or less.</param>
public sealed record Right(RightKind Kind, string Subject, string Object, string What, string Detail = "");

/// <summary>All that every subject of a system may do, in a fixed order.</summary>
public sealed class Authority
{
    internal Authority(string name, IEnumerable<Right> rights)
    {
        Name = name;
        Rights = [.. rights.OrderBy(r => r.Subject, StringComparer.Ordinal).ThenBy(r => r.Kind).ThenBy(r => r.Object, StringComparer.Ordinal)];
    }

    /// <summary>What it is the authority of.</summary>
    public string Name { get; }

    /// <summary>The rights by subject, kind and object.</summary>
    public IReadOnlyList<Right> Rights { get; }

    /// <summary>Reads the authority that an image's bytes give.</summary>
    /// <returns>Null when the image has no tables.</returns>
    public static Authority? Of(ImageReader image, string name = "")
    {
        ArgumentNullException.ThrowIfNull(image);
        return ImageModel.Read(new PhysicalMemory(image), new Findings()) is { } model ? new(name, ImageRights.Of(model)) : null;
    }

    /// <summary>Derives the authority that a policy gives. No program is needed: what they are, they may do no more.</summary>
    /// <param name="path">The policy's file.</param>
    /// <param name="bag">Receives what is wrong with it.</param>
    /// <returns>Null after an error.</returns>
    public static Authority? Of(string path, DiagnosticBag bag)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(bag);
        if (ModelReader.ReadSystem(path, bag) is not { } model)
        {
            return null;
        }

        ResolvedSystem system = Expander.Expand(model, bag);
        Contents contents = Contents.Load(new(path, "", _ => null, _ => null), system, bag);
        Checker.Check(system, contents, bag);
        return bag.Sorted.All(IsOfFiles) ? OfSystem(path, system) : null;
    }

    /// <summary>The authority that a policy without errors gives.</summary>
    internal static Authority OfSystem(string name, ResolvedSystem system) => new(name, PolicyRights.Of(system));

    /// <summary>Whether an error is about the kernel, a program or a file that a policy names: authority does not depend on them.</summary>
    public static bool IsOfFiles(Diagnostic error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error.Code.StartsWith("MUEN17", StringComparison.Ordinal) || error.Code == DiagnosticCodes.InvalidKernel.Id || error.Code == DiagnosticCodes.MissingFile.Id;
    }

    /// <summary>Every right with its details, a line each.</summary>
    public string[] Lines() => [.. Rights.Select(r => $"{r.Subject}: {r.Kind} {r.Object}: {r.What} {r.Detail}")];
}
