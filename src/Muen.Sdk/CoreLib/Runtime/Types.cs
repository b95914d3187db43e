// SPDX-License-Identifier: MIT
// Types that C# or the compiler wants to exist; nothing is done with them here.
using System.Runtime.CompilerServices;

namespace System
{
    /// <summary>Named in attributes only: there is no reflection.</summary>
    public abstract class Type
    {
    }

    /// <summary>C# asks for it when it binds operators. A delegate would be an object on the heap; function pointers do the same without.</summary>
    public abstract class Delegate
    {
    }

    /// <summary>The compiler compares with it when it analyses casts.</summary>
    sealed class RuntimeType : Type
    {
    }

    public struct RuntimeTypeHandle
    {
        nint _value;
    }

    public struct RuntimeMethodHandle
    {
        nint _value;
    }

    public struct RuntimeFieldHandle
    {
        nint _value;
    }
}

namespace System.Runtime.CompilerServices
{
    /// <summary>What C# calls for array initialisers and string layout; the compiler replaces the calls.</summary>
    public static class RuntimeHelpers
    {
        public static int OffsetToStringData => 12;

        /// <summary>The data of a constant array as a span.</summary>
        [Intrinsic]
        public static ReadOnlySpan<T> CreateSpan<T>(RuntimeFieldHandle fldHandle) => default;

        [Intrinsic]
        public static bool IsReferenceOrContainsReferences<T>()
            where T : allows ref struct => IsReferenceOrContainsReferences<T>();
    }
}

namespace System.Runtime.InteropServices
{
    /// <summary>The compiler wants to know that nothing implements it.</summary>
    public interface IDynamicInterfaceCastable
    {
        RuntimeTypeHandle GetInterfaceImplementation(RuntimeTypeHandle interfaceType);

        internal static nint GetDynamicInterfaceImplementation(IDynamicInterfaceCastable instance, nint interfaceType) => 0;
    }
}

namespace Internal.Runtime
{
    /// <summary>What <see cref="object"/>'s first field points to; only its name is used.</summary>
    struct MethodTable
    {
    }
}
