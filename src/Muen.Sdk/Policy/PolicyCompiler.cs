// SPDX-License-Identifier: MIT
using System;
using Muen.Sdk.Policy.Allocate;
using Muen.Sdk.Policy.Check;
using Muen.Sdk.Policy.Emit;
using Muen.Sdk.Policy.Expand;
using Muen.Sdk.Policy.Read;

namespace Muen.Sdk.Policy;

/// <summary>
/// Compiles a policy: read, expand, check, allocate, emit. Each pass is a function from immutable records to immutable records; errors go into the bag, all those of a run.
/// Bad input never ends in an exception. Equal inputs give equal bytes.
/// </summary>
public static class PolicyCompiler
{
    /// <summary>Reads a policy without looking anything up: enough to learn which components name a C# project.</summary>
    /// <param name="path">The policy's file.</param>
    /// <param name="bag">Receives errors of reading.</param>
    /// <returns>What could be read; null when nothing could.</returns>
    public static PolicyModel? Read(string path, DiagnosticBag bag)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(bag);
        return ModelReader.ReadSystem(path, bag);
    }

    /// <summary>Compiles a policy.</summary>
    /// <param name="input">The policy, the kernel, and where files are found.</param>
    /// <param name="bag">Receives all errors.</param>
    /// <returns>The image; null when there is an error.</returns>
    public static SystemImage? Compile(CompilationInput input, DiagnosticBag bag)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(bag);
        PolicyModel? model = ModelReader.ReadSystem(input.PolicyPath, bag);
        if (model is null)
        {
            return null;
        }

        ResolvedSystem system = Expander.Expand(model, bag);
        Contents contents = Contents.Load(input, system, bag);
        Checker.Check(system, contents, bag);
        if (bag.HasErrors)
        {
            return null;
        }

        SystemView? view = Allocator.Allocate(system, contents, bag);
        return view is null ? null : Emitter.Emit(system, contents, view);
    }
}
