// SPDX-License-Identifier: MIT
namespace System.Diagnostics;

[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class ConditionalAttribute(string conditionString) : Attribute
{
    public string ConditionString => conditionString;
}

[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Constructor, Inherited = false)]
public sealed class DebuggerHiddenAttribute : Attribute
{
}

[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Constructor, Inherited = false)]
public sealed class StackTraceHiddenAttribute : Attribute
{
}

[AttributeUsage(AttributeTargets.All, Inherited = false)]
public sealed class DebuggerDisplayAttribute(string? value) : Attribute
{
    public string? Value => value;
}

[AttributeUsage(AttributeTargets.Assembly | AttributeTargets.Module)]
public sealed class DebuggableAttribute(DebuggableAttribute.DebuggingModes modes) : Attribute
{
    [Flags]
    public enum DebuggingModes
    {
        None = 0,
        Default = 1,
        IgnoreSymbolStoreSequencePoints = 2,
        EnableEditAndContinue = 4,
        DisableOptimizations = 256,
    }

    public DebuggingModes DebuggingFlags => modes;
}
