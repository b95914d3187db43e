// SPDX-License-Identifier: MIT

using System.Formats.Tar;
using Muen.Sdk.Cli.Building;
using Muen.Sdk.Cli.Commands;
using Muen.Sdk.Machine;
using Muen.Sdk.Policy;

namespace Muen.Sdk.Cli.Demo;

/// <summary>The sample `crypter` with the user's files as its memory region `files`.</summary>
/// <param name="Build">What is built.</param>
/// <param name="Files">Full paths of the files, in the archive's order.</param>
/// <param name="Expectations">The file that says how each of the intruder's attempts must end.</param>
/// <param name="TranscriptPath">Where a headless run writes its transcript.</param>
sealed record DemoSystem(BuildOptions Build, IReadOnlyList<string> Files, string Expectations, string TranscriptPath)
{
    const string Region = "files";
    const string Archive = "files.tar";

    /// <summary>Archives the files.</summary>
    /// <param name="checkout">Holds the sample.</param>
    /// <param name="files">As the user named them; none stands for the LICENSE.</param>
    /// <exception cref="UserException">One is missing, two have the same name, or they do not fit.</exception>
    public static DemoSystem Prepare(Checkout checkout, IReadOnlyList<string> files)
    {
        string sample = Path.Combine(checkout.Root, "samples", "crypter");
        string policy = UserPath.Show(Path.Combine(sample, "system.xml"));
        string output = Path.Combine(checkout.Artifacts, "demo");
        IReadOnlyList<string> chosen = files.Count > 0 ? files : [Path.Combine(checkout.Root, "LICENSE")];
        foreach (string file in chosen)
        {
            Inputs.RequireFile(file, "file");
        }

        if (chosen.GroupBy(Path.GetFileName).FirstOrDefault(g => g.Count() > 1) is { } twins)
        {
            throw new UserException($"{string.Join(" and ", twins)} have the same name in the demo's archive");
        }

        string[] full = [.. chosen.Select(Path.GetFullPath)];
        RequireRoom(policy, full);
        string archive = Path.Combine(output, Archive);
        WholeFile.Write(archive, temporary => Write(temporary, full));
        return new(
            new(policy, output, null, new Dictionary<string, string> { [Archive] = archive }), full, Path.Combine(sample, "intruder", "expected.txt"), Path.Combine(output, "transcript.txt"));
    }

    /// <summary>Says in the user's terms what the policy compiler would say of an archive that he never heard of.</summary>
    static void RequireRoom(string policy, string[] files)
    {
        const long Block = 512;
        long needed = (2 * Block) + files.Sum(f => Block + ((new FileInfo(f).Length + Block - 1) / Block * Block));
        ulong room = PolicyCompiler.Read(policy, new DiagnosticBag())?.Memory.FirstOrDefault(m => m.Name == Region)?.Size.Value ?? ulong.MaxValue;
        if ((ulong)needed > room)
        {
            throw new UserException($"the files need {needed} bytes as an archive, the demo's memory region '{Region}' has {room}; enlarge it in {policy} or choose smaller files");
        }
    }

    static void Write(string path, string[] files)
    {
        using FileStream stream = File.Create(path);
        using var writer = new TarWriter(stream, TarEntryFormat.Ustar);
        foreach (string file in files)
        {
            using FileStream content = File.OpenRead(file);
            try
            {
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, Path.GetFileName(file)) { DataStream = content, ModificationTime = DateTimeOffset.UnixEpoch });
            }
            catch (ArgumentException)
            {
                throw new UserException($"the name of {file} is too long for a ustar archive");
            }
        }
    }
}
