// SPDX-License-Identifier: MIT
using System.Reflection;
using System.Runtime.Loader;

namespace Muen.Testing;

/// <summary>
/// A program with the libraries that it uses, loaded for itself: two subjects of one program, and two tests, share no static field. What a test's own code sees of the same
/// assemblies is another copy.
/// </summary>
sealed class SubjectProgram : AssemblyLoadContext
{
    const string Library = "Muen.Subject";

    readonly MethodInfo _main;
    readonly Type _instructions;

    SubjectProgram(string name)
        : base(name, isCollectible: true)
    {
        string path = PathOf(name) ?? throw new SimulationException($"there is no program {name}: the test's project refers to its project with MuenSubject=\"true\"");
        _main = LoadFromAssemblyPath(path).EntryPoint ?? throw new SimulationException($"{name} has no Main");
        _instructions = LoadFromAssemblyName(new AssemblyName(Library)).GetType("Muen.Instructions", throwOnError: true)!;
    }

    internal static SubjectProgram Load(string name) => new(name);

    /// <summary>Gives the program's copy of the subject library a part of its processor.</summary>
    internal void Set(string field, object value) => _instructions.GetField(field, BindingFlags.Static | BindingFlags.NonPublic)!.SetValue(null, value);

    /// <summary>Runs Main; what it throws comes out as it is.</summary>
    internal void Run() => _main.CreateDelegate<Action>()();

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName) => PathOf(assemblyName.Name!) is { } path ? LoadFromAssemblyPath(path) : null;

    static string? PathOf(string name)
    {
        string path = Path.Combine(AppContext.BaseDirectory, name + ".dll");
        return File.Exists(path) ? path : null;
    }
}
