// SPDX-License-Identifier: MIT
namespace System.Runtime;

/// <summary>A method that assembly and other functions reach by this symbol, with the System V calling convention.</summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class RuntimeExportAttribute(string entryPoint) : Attribute
{
    public string EntryPoint => entryPoint;
}

/// <summary>An extern method whose body is this symbol: <c>[MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "symbol")]</c>, one bare CALL.</summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class RuntimeImportAttribute : Attribute
{
    public string DllName { get; }

    public string EntryPoint { get; }

    public RuntimeImportAttribute(string entry)
    {
        DllName = "*";
        EntryPoint = entry;
    }

    public RuntimeImportAttribute(string dllName, string entry)
    {
        DllName = dllName;
        EntryPoint = entry;
    }
}
