// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;

namespace Muen.Sdk.Native;

/// <summary>Places in C# source by the names of the IL: for what the compiler refuses before there is code with line numbers.</summary>
sealed class ManagedSource : IDisposable
{
    readonly List<(string Assembly, MetadataReader Types, MetadataReader? Lines)> assemblies = [];
    readonly List<IDisposable> open = [];
    readonly IReadOnlyList<(string Mapped, string Actual)> roots;

    /// <summary>Opens assemblies; one that is none is left out.</summary>
    public ManagedSource(IEnumerable<string> paths, IReadOnlyList<(string Mapped, string Actual)> roots)
    {
        this.roots = roots;
        foreach (string path in paths)
        {
            try
            {
                var pe = new PEReader(new MemoryStream(File.ReadAllBytes(path)));
                open.Add(pe);
                MetadataReader types = pe.GetMetadataReader();
                MetadataReader? lines = null;
                foreach (DebugDirectoryEntry entry in pe.ReadDebugDirectory())
                {
                    if (entry.Type == DebugDirectoryEntryType.EmbeddedPortablePdb)
                    {
                        MetadataReaderProvider provider = pe.ReadEmbeddedPortablePdbDebugDirectoryData(entry);
                        open.Add(provider);
                        lines = provider.GetMetadataReader();
                    }
                }

                assemblies.Add((types.GetString(types.GetAssemblyDefinition().Name), types, lines));
            }
            catch (Exception e) when (e is IOException or BadImageFormatException or InvalidOperationException or UnauthorizedAccessException)
            {
                // The compiler says what is wrong with it.
            }
        }
    }

    /// <summary>Names of the assemblies.</summary>
    public IEnumerable<string> Assemblies => assemblies.Select(a => a.Assembly);

    /// <summary>The first line of a method named as ilc names it: <c>[assembly]Namespace.Type.Method(...)</c>, in some messages without the assembly.</summary>
    public (string? File, int Line) Method(string name)
    {
        int bracket = name.StartsWith('[') ? name.IndexOf(']', StringComparison.Ordinal) : -1;
        string? assembly = bracket < 0 ? null : name[1..bracket];
        string method = name[(bracket + 1)..];
        int parameters = method.IndexOf('(', StringComparison.Ordinal);
        method = parameters < 0 ? method : method[..parameters];
        foreach ((string a, MetadataReader types, MetadataReader? lines) in assemblies)
        {
            if ((assembly is not null && a != assembly) || lines is null)
            {
                continue;
            }

            foreach (MethodDefinitionHandle handle in types.MethodDefinitions)
            {
                MethodDefinition definition = types.GetMethodDefinition(handle);
                string full = FullName(types, definition.GetDeclaringType()) + "." + types.GetString(definition.Name);
                if (full == method && FirstLine(lines, handle) is { File: not null } place)
                {
                    return place;
                }
            }
        }

        return (null, 0);
    }

    /// <summary>The type behind a symbol's tail (assembly and type with everything but letters and digits as '_'), and a line in it.</summary>
    /// <param name="mangled">For example <c>App_Some_Namespace_Type</c>.</param>
    /// <param name="fields">Its static fields of reference types.</param>
    public (string? Type, string? File, int Line) Type(string mangled, out IReadOnlyList<string> fields)
    {
        fields = [];
        foreach ((string assembly, MetadataReader types, MetadataReader? lines) in assemblies)
        {
            foreach (TypeDefinitionHandle handle in types.TypeDefinitions)
            {
                string name = FullName(types, handle);
                if (Mangle(assembly) + Mangle(name) != Mangle(mangled))
                {
                    continue;
                }

                TypeDefinition type = types.GetTypeDefinition(handle);
                fields = [.. type.GetFields().Select(types.GetFieldDefinition).Where(f => IsStaticReference(types, f)).Select(f => types.GetString(f.Name))];
                (string? File, int Line) place = (null, 0);
                if (lines is not null)
                {
                    // Initialisers of fields are in the class constructor.
                    IEnumerable<MethodDefinitionHandle> methods = type.GetMethods();
                    foreach (MethodDefinitionHandle method in methods.OrderBy(m => types.GetString(types.GetMethodDefinition(m).Name) == ".cctor" ? 0 : 1))
                    {
                        place = FirstLine(lines, method);
                        if (place.File is not null)
                        {
                            break;
                        }
                    }
                }

                return (name, place.File, place.Line);
            }
        }

        return (null, null, 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable disposable in open)
        {
            disposable.Dispose();
        }
    }

    (string? File, int Line) FirstLine(MetadataReader lines, MethodDefinitionHandle handle)
    {
        MethodDebugInformation information = lines.GetMethodDebugInformation(handle);
        foreach (SequencePoint point in information.GetSequencePoints())
        {
            if (!point.IsHidden)
            {
                string file = lines.GetString(lines.GetDocument(point.Document).Name);
                foreach ((string mapped, string actual) in roots)
                {
                    if (file.StartsWith(mapped, StringComparison.Ordinal))
                    {
                        return (actual + file[mapped.Length..], point.StartLine);
                    }
                }

                return (file, point.StartLine);
            }
        }

        return (null, 0);
    }

    static bool IsStaticReference(MetadataReader types, FieldDefinition field)
    {
        if ((field.Attributes & FieldAttributes.Static) == 0 || (field.Attributes & FieldAttributes.Literal) != 0)
        {
            return false;
        }

        BlobReader signature = types.GetBlobReader(field.Signature);
        signature.ReadSignatureHeader();
        // STRING, CLASS, OBJECT, SZARRAY, ARRAY (ECMA-335, II.23.1.16); a struct that holds a reference shows as VALUETYPE (0x11).
        return signature.ReadByte() is 0x0E or 0x12 or 0x1C or 0x1D or 0x14 or 0x11;
    }

    static string FullName(MetadataReader types, TypeDefinitionHandle handle)
    {
        TypeDefinition type = types.GetTypeDefinition(handle);
        string name = types.GetString(type.Name);
        TypeDefinitionHandle outer = type.GetDeclaringType();
        if (!outer.IsNil)
        {
            return FullName(types, outer) + "+" + name;
        }

        string space = types.GetString(type.Namespace);
        return space.Length == 0 ? name : space + "." + name;
    }

    static string Mangle(string text)
    {
        var result = new StringBuilder();
        foreach (char c in text)
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                result.Append(c);
            }
        }

        return result.ToString();
    }
}
