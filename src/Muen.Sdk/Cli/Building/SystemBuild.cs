// SPDX-License-Identifier: MIT

using Muen.Sdk.Image;
using Muen.Sdk.Machine;
using Muen.Sdk.Native;
using Muen.Sdk.Policy;
using Muen.Sdk.Subject;

namespace Muen.Sdk.Cli.Building;

/// <summary>
/// The way from a policy to an image: compile the C# projects it names, make ELF files of them, compile the policy, pack. What is wrong
/// with the policy itself is said before anything is built.
/// </summary>
sealed class SystemBuild
{
    // Errors that building may mend: those about binaries, and that there is no kernel (see DiagnosticCodes).
    const string BinaryCodes = "MUEN17";
    const string InvalidKernel = "MUEN1608";
    const string MissingBinary = "MUEN1701";

    const string UnreferencedProject = "MUEN4001";

    readonly BuildOptions _options;
    readonly Steps _steps;

    readonly bool _existingPrograms;

    /// <summary>Every file that was looked at in the last compilation, whether it exists or not.</summary>
    readonly SortedSet<string> _read = new(StringComparer.Ordinal);

    /// <summary>Prepares a build.</summary>
    /// <param name="options">What and where to.</param>
    /// <param name="steps">Shows the progress.</param>
    /// <param name="existingPrograms">Whether to take kernel and subjects that an earlier build left in the output folder.</param>
    public SystemBuild(BuildOptions options, Steps steps, bool existingPrograms = false)
    {
        _options = options;
        _steps = steps;
        _existingPrograms = existingPrograms;
    }

    /// <summary>What came of the kernel's native compilation, null where it was not compiled.</summary>
    public NativeResult? Kernel { get; private set; }

    string KernelPath => _options.KernelPath ?? Path.Combine(_options.OutputFolder, "kernel.elf");

    /// <summary>Builds everything that the policy names and compiles the policy.</summary>
    /// <exception cref="UserException">Something is wrong; the message is all errors. No image is left.</exception>
    public Task<SystemImage> CompileAsync(CancellationToken cancellation) => InFolderAsync(CompileHereAsync, cancellation);

    /// <summary>Builds, compiles and packs.</summary>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="packed">Called with the image before anybody else may build into the folder, and take the image away.</param>
    /// <inheritdoc cref="CompileAsync"/>
    public Task<(SystemImage Image, PackedImage Files)> PackAsync(CancellationToken cancellation, Action<string>? packed = null) => InFolderAsync(
        async (model, token) =>
        {
            SystemImage image = await CompileHereAsync(model, token);
            PackedImage files = await _steps.RunAsync("pack the image", () => ImagePacker.Pack(image, _options.OutputFolder, token));
            await _steps.RunAsync("verify the image", () => ImageVerification.Require(files, Input()));
            ProgramList programs = Programs(model, image);
            programs.Write(files.IsoPath);
            GdbScript.Write(files.IsoPath, programs);
            List(_options.ReadList, _read);
            List(_options.MadeList, [files.ElfPath, files.IsoPath, ProgramList.PathFor(files.IsoPath), GdbScript.PathFor(files.IsoPath), BuildLock.PathIn(_options.OutputFolder)]);
            packed?.Invoke(files.IsoPath);
            return (image, files);
        },
        cancellation);

    /// <summary>Does something with the output folder that nobody else does at the same time.</summary>
    async Task<T> InFolderAsync<T>(Func<PolicyModel?, CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        // A folder is made only for a policy that has nothing wrong by itself. One that exists is cleared before anything is looked at: whatever goes
        // wrong from here on, there must be no image that looks as if it were of this policy.
        using IDisposable? existing = Directory.Exists(_options.OutputFolder) ? await BuildLock.AcquireAsync(_options.OutputFolder, cancellation) : null;
        ImagePacker.Clear(_options.OutputFolder);
        if (_options.KernelPath is { } kernel)
        {
            KernelManifest.Verify(kernel);
        }

        PolicyModel? model = Check();
        using IDisposable? made = existing is null ? await BuildLock.AcquireAsync(_options.OutputFolder, cancellation) : null;
        return await work(model, cancellation);
    }

    async Task<SystemImage> CompileHereAsync(PolicyModel? model, CancellationToken cancellation)
    {
        if (!_existingPrograms)
        {
            await BuildPrograms(model, cancellation);
        }

        return await _steps.RunAsync("compile the policy", () => CompilePolicy(ignore: _ => false)!);
    }

    /// <summary>Finds what is wrong with the policy itself. Programs that can be built count as there.</summary>
    PolicyModel? Check()
    {
        var bag = new DiagnosticBag();
        PolicyModel? model = PolicyCompiler.Read(_options.PolicyPath, bag);
        RequireReferences(model);
        HashSet<(string, int, int)> buildable =
        [
            .. from component in model?.Components ?? []
               let binary = component.Binary
               where binary?.Project is not null && File.Exists(PathOf(binary))
               select (binary.Place.File, binary.Place.Line, binary.Place.Column),
        ];
        if (!_existingPrograms)
        {
            // What an earlier build left says nothing: it may be of other sources.
            CompilePolicy(d => (d.Code.StartsWith(BinaryCodes, StringComparison.Ordinal) && buildable.Contains((d.File, d.Line, d.Column))) || (d.Code == InvalidKernel && _options.KernelPath is null));
        }

        // In a policy with mistakes a file's name may be one of them.
        if (model is not null && !bag.HasErrors)
        {
            RequireUse(model);
        }

        return model;
    }

    ProgramList Programs(PolicyModel? model, SystemImage image)
    {
        Dictionary<string, string> binaries = [];
        List<(string Mapped, string Actual)> sources = Checkout.TryFind() is { } checkout ? [("/muen/", checkout.Root + "/")] : [];
        foreach (ComponentBinary binary in model?.Components.Select(c => c.Binary).OfType<ComponentBinary>() ?? [])
        {
            if (binary.Project is not null)
            {
                NativeProgram.AddRoots(PathOf(binary), sources);
            }

            if (ResolveBinary(binary) is { } path)
            {
                binaries.TryAdd(binary.Component, Path.GetFullPath(path));
            }
        }

        return new(
            Path.GetFullPath(KernelPath),
            image.View.Subjects.Where(s => s.Component is not null && binaries.ContainsKey(s.Component)).ToDictionary(s => s.Name, s => binaries[s.Component!]))
        {
            Names = [.. image.View.Subjects.Select(s => s.Name)],
            Sources = sources.ToDictionary(s => s.Mapped, s => s.Actual),
        };
    }

    /// <summary>A project that the policy names and the system's own project does not build would be looked for in vain.</summary>
    void RequireReferences(PolicyModel? model)
    {
        if (_options.Programs is not { } programs)
        {
            return;
        }

        string[] errors =
        [
            .. from component in model?.Components ?? []
               let binary = component.Binary
               where binary?.Project is not null && !programs.ContainsKey(PathOf(binary))
               let place = binary.Place
               let project = Path.GetRelativePath(Environment.CurrentDirectory, PathOf(binary))
               select new Diagnostic(
                   place.File, place.Line, place.Column, UnreferencedProject,
                   $"component '{component.Name}' is the project {binary.Project}, which the system's project does not build; add <ProjectReference Include=\"{project}\" /> to it").ToString(),
        ];
        if (errors.Length > 0)
        {
            throw new UserException(string.Join('\n', errors));
        }
    }

    /// <summary>A file that stands in for none of the policy's would be left out without a word.</summary>
    void RequireUse(PolicyModel model)
    {
        string[] names = [.. model.Files.Distinct().Order(StringComparer.Ordinal)];
        if (_options.Files.Keys.FirstOrDefault(n => !names.Contains(n, StringComparer.Ordinal)) is { } unused)
        {
            string there = names.Length == 0 ? "it names no files" : $"its files: {string.Join(", ", names)}";
            throw new UserException($"--file names '{unused}', which {_options.PolicyPath} does not; {there}", UserException.Usage);
        }
    }

    async Task BuildPrograms(PolicyModel? model, CancellationToken cancellation)
    {
        ComponentBinary[] programs = [.. model?.Components.Select(c => c.Binary).OfType<ComponentBinary>().Where(b => b.Project is not null) ?? []];
        Checkout? checkout = _options.KernelPath is null ? Checkout.Find() : null;
        HashSet<string> projects = [.. programs.Select(PathOf)];
        if (checkout is not null)
        {
            projects.Add(checkout.KernelProject);
            projects.Add(checkout.KernelStubsProject);
        }

        if (projects.Count == 0)
        {
            return;
        }

        IReadOnlyDictionary<string, string> assemblies = await _steps.RunAsync(
            $"compile the C# of {string.Join(", ", programs.Select(p => p.Component).Concat(checkout is null ? [] : ["the kernel"]))}",
            async () =>
            {
                using (await BuildLock.AcquireAsync(checkout?.Artifacts ?? _options.OutputFolder + "/build", cancellation))
                {
                    Dictionary<string, string> properties = checkout is not null && _options.ReleaseKernel ? new() { [checkout.KernelProject] = "MuenDebug=false" } : [];
                    return await DotnetBuild.RunAsync(projects, properties, Path.Combine(_options.OutputFolder, "build"), cancellation);
                }
            });
        await _steps.RunAsync("compile to native code", () => CompileNative(programs, assemblies, checkout));
    }

    int CompileNative(ComponentBinary[] programs, IReadOnlyDictionary<string, string> assemblies, Checkout? checkout)
    {
        List<string> errors = [];
        if (checkout is not null)
        {
            Attempt(() => Kernel = NativeBuild.Compile(
                NativeKind.Kernel, Program(checkout.KernelProject), NativeBuild.LoadStubs(assemblies[checkout.KernelStubsProject]), KernelPath));
        }

        foreach (ComponentBinary program in programs)
        {
            Attempt(() => NativeBuild.Compile(NativeKind.Subject, Program(PathOf(program)), SubjectStubs.Create(assemblies[PathOf(program)]), SubjectPath(program)));
        }

        // What all programs need and the machine lacks is said once.
        return errors.Count == 0 ? 0 : throw new UserException(string.Join('\n', errors.Distinct()));

        NativeProgram Program(string project) => NativeProgram.Of(assemblies[project], project, checkout);

        void Attempt(Func<NativeResult> compile)
        {
            try
            {
                compile();
            }
            catch (UserException error)
            {
                errors.Add(error.Message);
            }
        }
    }

    SystemImage? CompilePolicy(Predicate<Diagnostic> ignore)
    {
        var bag = new DiagnosticBag();
        _read.Clear();
        SystemImage? image = PolicyCompiler.Compile(Input(), bag);
        _read.UnionWith(bag.Files.Select(Path.GetFullPath));
        Diagnostic[] errors = [.. bag.Sorted.Where(d => !ignore(d))];
        if (errors.Length == 0)
        {
            return image;
        }

        // Without what a build leaves there is nothing to pack.
        bool unbuilt = _existingPrograms && _options.Programs is null && Array.Exists(errors, d => d.Code == InvalidKernel || d.Code == MissingBinary);
        throw new UserException(string.Join('\n', [.. errors.Select(e => e.ToString()), .. unbuilt ? new[] { $"muen pack takes the programs of an earlier build; run muen build {_options.PolicyPath} first" } : []]));
    }

    CompilationInput Input() => new(_options.PolicyPath, Read(KernelPath)!, b => Read(ResolveBinary(b)), f => Read(ResolveFile(f)));

    string? ResolveBinary(ComponentBinary binary) =>
        binary.Filename is { } name ? _options.Files.TryGetValue(name, out string? path) ? path : PathOf(binary)
        : _options.Programs is { } programs ? programs.GetValueOrDefault(PathOf(binary)) : SubjectPath(binary);

    string SubjectPath(ComponentBinary program) => Path.Combine(_options.OutputFolder, "subjects", program.Component + ".elf");

    /// <summary>A file that the command line names instead, else one beside the policy.</summary>
    string? ResolveFile(string name) =>
        _options.Files.TryGetValue(name, out string? path) ? path : Path.Combine(Path.GetDirectoryName(_options.PolicyPath)!, name);

    string? Read(string? path)
    {
        if (path is not null)
        {
            _read.Add(Path.GetFullPath(path));
        }

        return path;
    }

    static void List(string? path, IEnumerable<string> files)
    {
        if (path is not null)
        {
            WholeFile.Write(path, temporary => File.WriteAllLines(temporary, files));
        }
    }

    static string PathOf(ComponentBinary binary) =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(binary.Place.File))!, (binary.Filename ?? binary.Project)!));
}
