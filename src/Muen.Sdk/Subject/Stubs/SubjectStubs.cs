// SPDX-License-Identifier: MIT
using System;
using System.IO;
using System.Linq;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Muen.Sdk.Native;

namespace Muen.Sdk.Subject;

/// <summary>
/// The assembly that is linked into every native subject: entry, interrupt stubs, and the instructions that C# cannot say. Functions follow
/// the System V calling convention: arguments in RDI, RSI, RDX, the result in RAX.
/// </summary>
public static class SubjectStubs
{
    /// <summary>Makes the object.</summary>
    /// <param name="probes">
    /// Whether to add what the class <c>Muen.Probe</c> imports: forbidden instructions for tests of isolation. An ordinary subject has none of them
    /// in its image.
    /// </param>
    /// <returns>The object, not assembled yet: more may be added.</returns>
    public static StubObject Create(bool probes)
    {
        var stub = new StubObject();
        EntryStubs.Add(stub);
        InterruptStubs.Add(stub);
        InstructionStubs.Add(stub);
        if (probes)
        {
            ProbeStubs.Add(stub);
        }

        return stub;
    }

    /// <summary>Makes the object for a program.</summary>
    /// <param name="assemblyPath">The program's IL. The probes are added when it uses the class <c>Muen.Probe</c>.</param>
    /// <returns>The object, not assembled yet: more may be added.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="BadImageFormatException">The file holds no IL.</exception>
    public static StubObject Create(string assemblyPath)
    {
        using FileStream stream = File.OpenRead(assemblyPath);
        using var image = new PEReader(stream);
        if (!image.HasMetadata)
        {
            throw new BadImageFormatException($"{assemblyPath} holds no IL");
        }

        MetadataReader metadata = image.GetMetadataReader();
        return Create(metadata.TypeReferences.Any(handle => IsProbe(metadata, metadata.GetTypeReference(handle))));
    }

    static bool IsProbe(MetadataReader metadata, TypeReference type) =>
        metadata.StringComparer.Equals(type.Name, "Probe") && metadata.StringComparer.Equals(type.Namespace, "Muen");
}
