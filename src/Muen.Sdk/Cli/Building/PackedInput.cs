// SPDX-License-Identifier: MIT

using Muen.Sdk.Policy;

namespace Muen.Sdk.Cli.Building;

/// <summary>What an image was packed from: the policy with the programs that the list beside the image names, or that lie where `muen build` leaves them.</summary>
static class PackedInput
{
    /// <summary>Finds it.</summary>
    /// <param name="image">The image's path.</param>
    /// <param name="options">The policy and what the command line names.</param>
    /// <exception cref="UserException">The policy cannot be read.</exception>
    public static CompilationInput Of(string image, BuildOptions options)
    {
        var bag = new DiagnosticBag();
        ProgramList? list = ProgramList.TryRead(image);
        PolicyModel? model = PolicyCompiler.Read(options.PolicyPath, bag);
        string folder = Path.GetDirectoryName(Path.GetFullPath(image))!;
        string kernel = options.KernelPath ?? (File.Exists(list?.Kernel) ? list!.Kernel : Path.Combine(folder, "kernel.elf"));
        if (model is null || bag.HasErrors)
        {
            throw new UserException(string.Join('\n', bag.Sorted));
        }

        return new(options.PolicyPath, kernel, Binary, Content);

        string? Binary(ComponentBinary binary)
        {
            string? subject = model.Subjects.FirstOrDefault(s => s.Component?.Value == binary.Component && list?.Subjects.ContainsKey(s.Name) == true)?.Name;
            return subject is not null ? list!.Subjects[subject]
                : binary.Filename is not null && options.Files.TryGetValue(binary.Filename, out string? given) ? given
                : binary.Filename is not null ? Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(binary.Place.File))!, binary.Filename))
                : Path.Combine(folder, "subjects", binary.Component + ".elf");
        }

        string? Content(string name) =>
            options.Files.TryGetValue(name, out string? path) ? path : Path.Combine(Path.GetDirectoryName(Path.GetFullPath(options.PolicyPath))!, name);
    }
}
