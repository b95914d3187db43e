// SPDX-License-Identifier: MIT

namespace Muen.SdkTests;

/// <summary>
/// A stranger's machine: a folder with a nuget.config, an empty cache and no templates. Packing, restoring and the first build take the
/// time, so all tests share one; each leaves the system `hello` such that a build brings it up to date.
/// </summary>
public sealed class Workspace : IAsyncLifetime, IDisposable
{
    readonly TemporaryFolder _folder = new();

    /// <summary>The folder that new projects go to.</summary>
    public string Path => _folder.Path;

    /// <summary>The system that `dotnet new muen-system -o hello` made.</summary>
    public string Hello => File("hello");

    public string Cache => File("cache");

    /// <summary>Where ./pack puts the packages.</summary>
    public static string Feed => System.IO.Path.Combine(Command.Root, "artifacts", "packages");

    /// <summary>The version of all packages.</summary>
    public string Version { get; private set; } = "";

    Dictionary<string, string> Environment => new()
    {
        ["DOTNET_CLI_HOME"] = File("home"),
        ["HOME"] = File("home"),
        ["NUGET_PACKAGES"] = Cache,
        ["DOTNET_CLI_UI_LANGUAGE"] = "en",
        ["DOTNET_NOLOGO"] = "1",
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["NO_COLOR"] = "1",
    };

    public string File(string name) => _folder.File(name);

    public async Task InitializeAsync()
    {
        Command.Result packed = await Command.RunAsync(System.IO.Path.Combine(Command.Root, "pack"), []);
        Assert.True(packed.ExitCode == 0, packed.All);
        string sdk = Assert.Single(Directory.GetFiles(Feed, "Muen.Sdk.?.*.nupkg"));
        Version = System.IO.Path.GetFileNameWithoutExtension(sdk)["Muen.Sdk.".Length..];

        // What else a restore needs (the compiler's package) this machine has restored before: its cache serves as a feed, and no registry is asked.
        string restored = (await Command.RunAsync("dotnet", ["nuget", "locals", "global-packages", "--list"])).Output.Split(':', 2)[1].Trim();
        _folder.Write("nuget.config", $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="feed" value="{Feed}" />
                <add key="others" value="{restored}" />
              </packageSources>
            </configuration>
            """);
        Directory.CreateDirectory(File("home/.nuget"));
        Directory.CreateDirectory(Cache);
        System.IO.File.CreateSymbolicLink(File("home/.nuget/packages"), Cache);
        await Dotnet(Path, "new", "install", "Muen.Sdk.Templates");
        await Dotnet(Path, "new", "muen-system", "-o", "hello");
        await Dotnet(Hello, "build");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();

    /// <summary>`dotnet` as the stranger; fails the test when it fails.</summary>
    public async Task<string> Dotnet(string folder, params string[] arguments)
    {
        Command.Result result = await Try(folder, arguments);
        Assert.True(result.ExitCode == 0, $"dotnet {string.Join(' ', arguments)} in {folder}: {result.All}");
        return result.Output;
    }

    /// <summary>`dotnet` as the stranger, whatever comes of it.</summary>
    internal Task<Command.Result> Try(string folder, params string[] arguments) => Command.RunAsync("dotnet", arguments, folder, Environment);

    /// <summary>Any program in the stranger's environment, with more variables.</summary>
    internal Task<Command.Result> Run(string folder, string program, string[] arguments, params (string Name, string Value)[] more) =>
        Command.RunAsync(program, arguments, folder, With(more));

    /// <summary>Starts any program in the stranger's environment.</summary>
    public System.Diagnostics.Process Start(string folder, string program, params string[] arguments) => Command.Start(program, arguments, folder, Environment);

    /// <summary>A copy of a folder's sources, without what was built or restored.</summary>
    public string Copy(string from, string name)
    {
        string to = File(name);
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string relative = System.IO.Path.GetRelativePath(from, file);
            if (!relative.Split('/').Any(p => p is "bin" or "obj"))
            {
                string target = System.IO.Path.Combine(to, relative);
                Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
                System.IO.File.Copy(file, target);
            }
        }

        return to;
    }

    /// <summary>A search path with everything that the machine has, except for some programs.</summary>
    public string PathWithout(params string[] programs)
    {
        string bin = File($"bin without {programs[0]}");
        Directory.CreateDirectory(bin);
        foreach (string folder in System.Environment.GetEnvironmentVariable("PATH")!.Split(':').Where(Directory.Exists))
        {
            foreach (string file in Directory.GetFiles(folder))
            {
                string link = System.IO.Path.Combine(bin, System.IO.Path.GetFileName(file));
                if (!programs.Contains(System.IO.Path.GetFileName(file)) && !System.IO.File.Exists(link))
                {
                    System.IO.File.Delete(link);
                    System.IO.File.CreateSymbolicLink(link, file);
                }
            }
        }

        return bin;
    }

    /// <summary>
    /// A page's commands, on a machine on which `muen` is the package's and `sudo apt` installs and removes the linker: in a search path of its own.
    /// </summary>
    internal Task<Command.Result> Shell(string folder, string commands)
    {
        string bin = File("bin without sudo");
        if (!Directory.Exists(bin))
        {
            PathWithout("sudo", "muen", "ld.lld");
            string linker = System.Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(f => System.IO.Path.Combine(f, "ld.lld")).First(System.IO.File.Exists);
            System.IO.File.CreateSymbolicLink(System.IO.Path.Combine(bin, "ld.lld"), linker);
            Program(bin, "muen", $"exec dotnet exec \"{Cache}/muen.sdk/{Version}/tools/muen.dll\" \"$@\"");
            Program(bin, "sudo", $"""
                case "$*" in
                    "apt remove lld") rm "{bin}/ld.lld" ;;
                    "apt install lld") ln -s "{linker}" "{bin}/ld.lld" ;;
                    *) exit 9 ;;
                esac
                """);
        }

        return Run(folder, "sh", ["-ec", commands], ("PATH", bin));

        static void Program(string bin, string name, string text)
        {
            string path = System.IO.Path.Combine(bin, name);
            System.IO.File.WriteAllText(path, $"#!/bin/sh\n{text}\n");
            System.IO.File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    Dictionary<string, string> With((string Name, string Value)[] more)
    {
        Dictionary<string, string> environment = Environment;
        foreach ((string name, string value) in more)
        {
            environment[name] = value;
        }

        return environment;
    }
}

/// <summary>One workspace, one test after the other: builds share it, and the machine has two cores.</summary>
[CollectionDefinition(nameof(Workspace))]
public sealed class WorkspaceCollection : ICollectionFixture<Workspace>;
