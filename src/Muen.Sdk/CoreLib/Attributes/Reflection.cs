// SPDX-License-Identifier: MIT
namespace System.Reflection;

[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface, Inherited = false)]
public sealed class DefaultMemberAttribute(string memberName) : Attribute
{
    public string MemberName => memberName;
}
