// SPDX-License-Identifier: MIT

using Muen.Abi;
using Muen.Sdk.Policy;
using Muen.Sdk.Policy.Check;
using Muen.Sdk.Policy.Expand;
using Muen.Sdk.Policy.Read;

namespace Muen.Sdk.Verify;

/// <summary>
/// What a policy says, as far as it can be held against an image: names looked up and defaults given by the compiler's reading passes, but nothing placed. Made once, it
/// serves any number of images.
/// </summary>
public sealed class Expectation
{
    Expectation(ResolvedSystem system, Contents contents)
    {
        System = system;
        Contents = contents;
        Spaces = ExpectedSpaces.Of(system, contents);
        Signals = ExpectedSignals.Of(system);
        Plan = ExpectedPlan.Of(system);
        Vcpus = [.. system.Subjects.Select((s, id) => contents.Starts[s.Main ?? id] is { } start && s.Main is null ? s.Vcpu.Starting(start) : s.Vcpu)];
    }

    internal ResolvedSystem System { get; }

    internal Contents Contents { get; }

    internal ExpectedSpaces Spaces { get; }

    internal ExpectedSignals Signals { get; }

    internal ExpectedPlan Plan { get; }

    /// <summary>By subject.</summary>
    internal Vcpu[] Vcpus { get; }

    /// <summary>Reads a policy with the programs and files that it names.</summary>
    /// <param name="input">The policy, the kernel, and where files are found.</param>
    /// <param name="bag">Receives what is wrong with the policy itself.</param>
    /// <returns>Null after an error.</returns>
    public static Expectation? Of(CompilationInput input, DiagnosticBag bag)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(bag);
        if (ModelReader.ReadSystem(input.PolicyPath, bag) is not { } model)
        {
            return null;
        }

        ResolvedSystem system = Expander.Expand(model, bag);
        Contents contents = Contents.Load(input, system, bag);
        Checker.Check(system, contents, bag);
        return bag.HasErrors ? null : new Expectation(system, contents);
    }
}
