// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Muen.Sdk.Native;

/// <summary>
/// Writes IL for ilc with a denser symbol file. The code generator reports places inside of statements (the call that it inlined, say), but ilc
/// looks only for places at which a statement begins and drops the others, often a method's first line. In the symbol file written here every offset
/// of the IL is such a place, with its statement's line. The code does not depend on it.
/// </summary>
static class DenseSymbols
{
    /// <summary>Copies an assembly, with the dense symbols beside it when it has embedded ones.</summary>
    /// <param name="assembly">The IL.</param>
    /// <param name="folder">Where to.</param>
    /// <returns>Path of the copy.</returns>
    internal static string Copy(string assembly, string folder)
    {
        string copy = Path.Combine(folder, Path.GetFileName(assembly));
        byte[] image = File.ReadAllBytes(assembly);
        string symbols = Path.ChangeExtension(copy, ".pdb");
        File.Delete(symbols);
        try
        {
            using var pe = new PEReader(new MemoryStream(image));
            ImmutableArray<DebugDirectoryEntry> entries = pe.ReadDebugDirectory();
            DebugDirectoryEntry embedded = entries.FirstOrDefault(e => e.Type == DebugDirectoryEntryType.EmbeddedPortablePdb);
            DebugDirectoryEntry codeView = entries.FirstOrDefault(e => e.Type == DebugDirectoryEntryType.CodeView);
            if (embedded.DataSize != 0 && codeView.DataSize != 0)
            {
                using MetadataReaderProvider provider = pe.ReadEmbeddedPortablePdbDebugDirectoryData(embedded);
                CodeViewDebugDirectoryData id = pe.ReadCodeViewDebugDirectoryData(codeView);
                File.WriteAllBytes(Path.Combine(folder, FileName(id.Path)), Write(pe, provider.GetMetadataReader(), new BlobContentId(id.Guid, codeView.Stamp)));
                HideEmbedded(pe, image);
            }
        }
        catch (BadImageFormatException)
        {
            // ilc says what is wrong with it.
        }

        File.WriteAllBytes(copy, image);
        return copy;
    }

    /// <summary>Gives the embedded symbols an unknown type in the copy: ilc prefers them to the file beside the assembly.</summary>
    static void HideEmbedded(PEReader pe, byte[] image)
    {
        const int entrySize = 28;
        const int typeOffset = 12;
        DirectoryEntry directory = pe.PEHeaders.PEHeader!.DebugTableDirectory;
        if (!pe.PEHeaders.TryGetDirectoryOffset(directory, out int offset))
        {
            return;
        }

        for (int at = offset; at < offset + directory.Size; at += entrySize)
        {
            if (image[at + typeOffset] == (byte)DebugDirectoryEntryType.EmbeddedPortablePdb)
            {
                image[at + typeOffset] = 0;
            }
        }
    }

    static string FileName(string path) => path[(path.LastIndexOfAny(['/', '\\']) + 1)..];

    static byte[] Write(PEReader pe, MetadataReader symbols, BlobContentId id)
    {
        MetadataReader types = pe.GetMetadataReader();
        var builder = new MetadataBuilder();
        foreach (DocumentHandle handle in symbols.Documents)
        {
            Document document = symbols.GetDocument(handle);
            builder.AddDocument(
                builder.GetOrAddDocumentName(symbols.GetString(document.Name)),
                builder.GetOrAddGuid(symbols.GetGuid(document.HashAlgorithm)),
                builder.GetOrAddBlob(symbols.GetBlobBytes(document.Hash)),
                builder.GetOrAddGuid(symbols.GetGuid(document.Language)));
        }

        foreach (MethodDefinitionHandle handle in types.MethodDefinitions)
        {
            MethodDebugInformation information = symbols.GetMethodDebugInformation(handle);
            int address = types.GetMethodDefinition(handle).RelativeVirtualAddress;
            int size = address == 0 ? 0 : pe.GetMethodBody(address).GetILReader().Length;
            builder.AddMethodDebugInformation(information.Document, Points(builder, information, size));
        }

        builder.AddImportScope(default, builder.GetOrAddBlob(Array.Empty<byte>()));
        foreach (LocalScopeHandle handle in symbols.LocalScopes)
        {
            LocalScope scope = symbols.GetLocalScope(handle);
            LocalVariableHandle first = MetadataTokens.LocalVariableHandle(builder.GetRowCount(TableIndex.LocalVariable) + 1);
            foreach (LocalVariableHandle local in scope.GetLocalVariables())
            {
                LocalVariable variable = symbols.GetLocalVariable(local);
                builder.AddLocalVariable(variable.Attributes, variable.Index, builder.GetOrAddString(symbols.GetString(variable.Name)));
            }

            builder.AddLocalScope(
                scope.Method, MetadataTokens.ImportScopeHandle(1), first, MetadataTokens.LocalConstantHandle(1), scope.StartOffset, scope.Length);
        }

        var rows = new int[MetadataTokens.TableCount];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = i < (int)TableIndex.Document ? types.GetTableRowCount((TableIndex)i) : 0;
        }

        MethodDefinitionHandle entry = default;
        int token = pe.PEHeaders.CorHeader?.EntryPointTokenOrRelativeVirtualAddress ?? 0;
        if (token != 0)
        {
            entry = (MethodDefinitionHandle)MetadataTokens.Handle(token);
        }

        var output = new BlobBuilder();
        new PortablePdbBuilder(builder, [.. rows], entry, _ => id).Serialize(output);
        return output.ToArray();
    }

    /// <summary>A method's sequence points, one for each byte of its IL from the first statement on.</summary>
    static BlobHandle Points(MetadataBuilder builder, MethodDebugInformation information, int size)
    {
        List<SequencePoint> statements = [.. information.GetSequencePoints().Where(p => !p.IsHidden)];
        if (statements.Count == 0)
        {
            return default;
        }

        var blob = new BlobBuilder();
        blob.WriteCompressedInteger(information.LocalSignature.IsNil ? 0 : MetadataTokens.GetRowNumber(information.LocalSignature));
        if (information.Document.IsNil)
        {
            blob.WriteCompressedInteger(MetadataTokens.GetRowNumber(statements[0].Document));
        }

        DocumentHandle document = statements[0].Document;
        bool isFirst = true;
        int lastOffset = 0;
        int lastLine = 0;
        int lastColumn = 0;
        for (int n = 0; n < statements.Count; n++)
        {
            SequencePoint statement = statements[n];
            int end = n + 1 < statements.Count ? statements[n + 1].Offset : Math.Max(size, statement.Offset + 1);
            if (statement.Document != document)
            {
                document = statement.Document;
                blob.WriteCompressedInteger(0);
                blob.WriteCompressedInteger(MetadataTokens.GetRowNumber(document));
            }

            for (int offset = statement.Offset; offset < end; offset++)
            {
                blob.WriteCompressedInteger(isFirst ? offset : offset - lastOffset);
                int lines = statement.EndLine - statement.StartLine;
                int columns = statement.EndColumn - statement.StartColumn;
                blob.WriteCompressedInteger(lines);
                if (lines == 0)
                {
                    blob.WriteCompressedInteger(columns);
                }
                else
                {
                    blob.WriteCompressedSignedInteger(columns);
                }

                if (isFirst)
                {
                    blob.WriteCompressedInteger(statement.StartLine);
                    blob.WriteCompressedInteger(statement.StartColumn);
                }
                else
                {
                    blob.WriteCompressedSignedInteger(statement.StartLine - lastLine);
                    blob.WriteCompressedSignedInteger(statement.StartColumn - lastColumn);
                }

                isFirst = false;
                lastOffset = offset;
                lastLine = statement.StartLine;
                lastColumn = statement.StartColumn;
            }
        }

        return builder.GetOrAddBlob(blob);
    }
}
