// SPDX-License-Identifier: MIT
namespace System.ComponentModel;

public enum EditorBrowsableState
{
    Always = 0,
    Never = 1,
    Advanced = 2,
}

[AttributeUsage(AttributeTargets.All, Inherited = false)]
public sealed class EditorBrowsableAttribute(EditorBrowsableState state) : Attribute
{
    public EditorBrowsableState State => state;
}
