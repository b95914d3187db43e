// SPDX-License-Identifier: MIT
namespace System
{
    /// <summary>Named so that the same source compiles for .NET; there is one culture here, the invariant one.</summary>
    public interface IFormatProvider
    {
    }

    /// <summary>A value that writes itself as UTF-16. An interpolated string takes types that have it.</summary>
    public interface ISpanFormattable
    {
        /// <returns>False when <paramref name="destination"/> is too short.</returns>
        bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider);
    }

    /// <summary>A value that writes itself as UTF-8. An interpolated string takes types that have it.</summary>
    public interface IUtf8SpanFormattable
    {
        /// <returns>False when <paramref name="utf8Destination"/> is too short.</returns>
        bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format, IFormatProvider? provider);
    }
}

namespace System.Globalization
{
    /// <summary>What a number's text may hold. The other styles of .NET are not there: parsing them is a panic.</summary>
    [Flags]
    public enum NumberStyles
    {
        None = 0,
        AllowLeadingWhite = 1,
        AllowTrailingWhite = 2,
        AllowLeadingSign = 4,
        AllowHexSpecifier = 0x200,
        AllowBinarySpecifier = 0x400,
        Integer = AllowLeadingWhite | AllowTrailingWhite | AllowLeadingSign,
        HexNumber = AllowLeadingWhite | AllowTrailingWhite | AllowHexSpecifier,
        BinaryNumber = AllowLeadingWhite | AllowTrailingWhite | AllowBinarySpecifier,
    }

    /// <summary>The invariant culture, which is the only one.</summary>
    public class CultureInfo : IFormatProvider
    {
        static readonly CultureInfo s_invariant = new();

        CultureInfo()
        {
        }

        public static CultureInfo InvariantCulture => s_invariant;
    }
}
