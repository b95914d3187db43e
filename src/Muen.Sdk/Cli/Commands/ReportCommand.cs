// SPDX-License-Identifier: MIT

using System.CommandLine;
using Muen.Sdk.Cli.Building;
using Muen.Sdk.Image;
using Muen.Sdk.Machine;
using Muen.Sdk.Policy;
using Muen.Sdk.Report;

namespace Muen.Sdk.Cli.Commands;

/// <summary>`muen report`: what a system is, as a page with pictures or as JSON.</summary>
static class ReportCommand
{
    const string Help = """
        report on a system: one HTML file with its graph, plan, authority, goals, memory, devices and sizes; or the same as JSON

        Programs are taken from where the last build left them; a system that has not been built yet is built first. The file needs no other one and no network.
        Exit code: 0 the report is written, 1 it could not be, 2 the command line is wrong.

        Examples:
          muen report samples/crypter/system.xml
          muen report system.xml --output report.html --image bin/system/system.iso
          muen report --json system.xml | jq '.reach[] | select(.direct)'
        """;

    const string DiscName = "system.iso";
    const string ReportName = "report.html";

    public static Command Create()
    {
        Argument<string> policy = Inputs.Policy();
        Option<string?> output = new("--output", "-o") { Description = "the file to write; by default report.html beside the image", HelpName = "FILE" };
        Option<string?> image = new("--image") { Description = "the packed image; by default the one that muen build makes", HelpName = "FILE" };
        Option<string?> kernel = Inputs.Kernel();
        Option<string[]> files = Inputs.Files();
        Option<bool> json = Inputs.Json();
        Command command = new("report", Help) { policy, output, image, kernel, files, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            BuildOptions options = Inputs.Build(parsed, policy, new Option<string?>("--none"), kernel, files);
            string disc = parsed.GetValue(image) is { } given ? Path.GetFullPath(given) : Path.Combine(options.OutputFolder, DiscName);
            if (parsed.GetValue(image) is { } named)
            {
                Inputs.RequireFile(named, "image");
                ImageReader.Load(named);
            }
            else if (!File.Exists(disc))
            {
                await new SystemBuild(options, new Steps()).PackAsync(cancellation);
            }

            SystemReport report = Read(disc, options);
            if (parsed.GetValue(json) && parsed.GetValue(output) is null)
            {
                Console.WriteLine(report.ToJson());
                return 0;
            }

            string path = Path.GetFullPath(parsed.GetValue(output) ?? Path.Combine(Path.GetDirectoryName(disc)!, ReportName));
            WholeFile.Write(path, temporary => File.WriteAllText(temporary, parsed.GetValue(json) ? report.ToJson() : report.ToHtml()));
            Console.WriteLine(UserPath.Show(path));
            return 0;
        });
        return command;
    }

    static SystemReport Read(string disc, BuildOptions options)
    {
        // The ELF is beside the disc, with the same name.
        IEnumerable<ReportFile> files = new[] { Path.ChangeExtension(disc, ".elf"), Path.ChangeExtension(disc, ".iso") }
            .Where(File.Exists).Select(f => new ReportFile(Path.GetFileName(f), new FileInfo(f).Length));
        var bag = new DiagnosticBag();
        return SystemReport.Of(PackedInput.Of(disc, options), [.. files], bag) ?? throw new UserException(string.Join('\n', bag.Sorted));
    }
}
