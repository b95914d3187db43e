// SPDX-License-Identifier: MIT

using System.Reflection;
using Muen.Sdk.Native;

namespace Muen.Sdk.Cli.Building;

/// <summary>Turns the IL that MSBuild left in a folder into an ELF.</summary>
static class NativeBuild
{
    /// <summary>Compiles one program.</summary>
    /// <param name="kind">Kernel or subject.</param>
    /// <param name="program">Its IL.</param>
    /// <param name="stubs">Its assembly.</param>
    /// <param name="output">The ELF to write; after an error there is none.</param>
    /// <returns>What came of it; always a success.</returns>
    /// <exception cref="UserException">Something was found; the message lists it all.</exception>
    public static NativeResult Compile(NativeKind kind, NativeProgram program, StubObject stubs, string output)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(output)!);
        File.Delete(output);
        NativeResult result = NativeCompiler.Compile(new NativeRequest
        {
            Kind = kind,
            AssemblyPath = program.Assembly,
            References = program.References,
            Stubs = stubs,
            OutputPath = output,
            WorkFolder = program.WorkFolder,
            CompilerPath = program.Compiler,
            SourceRoots = program.SourceRoots,
        });
        return result.Succeeded ? result : throw new UserException(string.Join('\n', result.Findings));
    }

    /// <summary>Loads assembly stubs from a project's assembly: the one public static method `StubObject Create()` in it.</summary>
    /// <param name="assembly">Full path.</param>
    /// <exception cref="UserException">There is none, or more than one.</exception>
    public static StubObject LoadStubs(string assembly)
    {
        try
        {
            MethodInfo[] methods =
            [
                .. from type in Assembly.LoadFrom(assembly).GetExportedTypes()
                   from method in type.GetMethods(BindingFlags.Public | BindingFlags.Static)
                   where method.Name == "Create" && method.ReturnType == typeof(StubObject) && method.GetParameters().Length == 0
                   select method,
            ];
            return methods.Length == 1
                ? (StubObject)methods[0].Invoke(null, null)!
                : throw new UserException($"{assembly} has {methods.Length} public static methods `StubObject Create()`, it needs one");
        }
        catch (Exception error) when (error is BadImageFormatException or FileLoadException or FileNotFoundException)
        {
            throw new UserException($"{assembly} is no assembly with stubs: {error.Message}");
        }
    }
}
