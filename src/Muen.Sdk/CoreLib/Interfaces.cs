// SPDX-License-Identifier: MIT
namespace System
{
    public interface IEquatable<T>
        where T : allows ref struct
    {
        bool Equals(T? other);
    }

    public interface IComparable<in T>
        where T : allows ref struct
    {
        int CompareTo(T? other);
    }

    public interface IDisposable
    {
        void Dispose();
    }
}

namespace System.Collections
{
    /// <summary>C# asks for it when it turns <c>foreach</c> over a string or an array into a loop; nothing implements it.</summary>
    public interface IEnumerable
    {
        IEnumerator GetEnumerator();
    }

    /// <inheritdoc cref="IEnumerable"/>
    public interface IEnumerator
    {
        object? Current { get; }

        bool MoveNext();

        void Reset();
    }
}
