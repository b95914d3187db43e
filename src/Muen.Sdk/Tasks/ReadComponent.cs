// SPDX-License-Identifier: MIT

using System.IO;
using System.Xml;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Muen.Sdk.Generator;

namespace Muen.Sdk.Tasks;

/// <summary>
/// Sees whether component.xml is XML, before the C# is compiled: the class Component could not be made of it, and each of its uses would be an error that hides the one that counts.
/// </summary>
public sealed class ReadComponent : Task
{
    /// <summary>The file.</summary>
    [Required]
    public string File { get; set; } = "";

    /// <inheritdoc/>
    public override bool Execute()
    {
        try
        {
            using XmlReader reader = XmlReader.Create(File, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            while (reader.Read())
            {
            }
        }
        catch (XmlException fault)
        {
            Log.LogError(null, "MUEN2001", null, null, Path.GetFullPath(File), fault.LineNumber, fault.LinePosition, 0, 0, "{0}", XmlFault.Words(fault));
        }
        catch (System.Exception fault) when (fault is IOException or System.UnauthorizedAccessException)
        {
            // The compiler says that of every file in its words.
        }

        return !Log.HasLoggedErrors;
    }
}
