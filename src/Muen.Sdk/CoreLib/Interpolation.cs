// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace System;

/// <content>Interpolated strings into spans of UTF-16.</content>
public static partial class MemoryExtensions
{
    /// <summary>Writes an interpolated string into a span: <c>span.TryWrite($"{size} bytes at {address:x8}", out int written)</c>.</summary>
    /// <returns>False when it does not fit: then <paramref name="charsWritten"/> is 0.</returns>
    public static bool TryWrite(
        this Span<char> destination, [InterpolatedStringHandlerArgument(nameof(destination))] ref TryWriteInterpolatedStringHandler handler, out int charsWritten) =>
        handler.Finish(out charsWritten);

    /// <inheritdoc cref="TryWrite(Span{char}, ref TryWriteInterpolatedStringHandler, out int)"/>
    public static bool TryWrite(
        this Span<char> destination, IFormatProvider? provider, [InterpolatedStringHandlerArgument(nameof(destination), nameof(provider))] ref TryWriteInterpolatedStringHandler handler, out int charsWritten) =>
        handler.Finish(out charsWritten);

    /// <summary>Writes an interpolated string into a span, part by part, and stops at the first that does not fit.</summary>
    [InterpolatedStringHandler]
    public ref struct TryWriteInterpolatedStringHandler
    {
        readonly Span<char> _destination;
        int _position;
        bool _fits;

        /// <param name="literalLength">Characters of the literal parts.</param>
        /// <param name="formattedCount">Number of holes.</param>
        /// <param name="destination">Where the text goes.</param>
        /// <param name="shouldAppend">Whether there is room for the literal parts at least.</param>
        public TryWriteInterpolatedStringHandler(int literalLength, int formattedCount, Span<char> destination, out bool shouldAppend)
        {
            _destination = destination;
            _position = 0;
            _fits = shouldAppend = destination.Length >= literalLength;
        }

        /// <inheritdoc cref="TryWriteInterpolatedStringHandler(int, int, Span{char}, out bool)"/>
        public TryWriteInterpolatedStringHandler(int literalLength, int formattedCount, Span<char> destination, IFormatProvider? provider, out bool shouldAppend)
            : this(literalLength, formattedCount, destination, out shouldAppend)
        {
        }

        internal readonly bool Finish(out int written)
        {
            written = _fits ? _position : 0;
            return _fits;
        }

        public bool AppendLiteral(string value) => Put(value.AsSpan());

        public bool AppendFormatted<T>(T value)
            where T : ISpanFormattable => Format(value, default);

        public bool AppendFormatted<T>(T value, string? format)
            where T : ISpanFormattable => Format(value, format.AsSpan());

        public bool AppendFormatted<T>(T value, int alignment)
            where T : ISpanFormattable
        {
            int start = _position;
            return Format(value, default) && Align(start, alignment);
        }

        public bool AppendFormatted<T>(T value, int alignment, string? format)
            where T : ISpanFormattable
        {
            int start = _position;
            return Format(value, format.AsSpan()) && Align(start, alignment);
        }

        public bool AppendFormatted(scoped ReadOnlySpan<char> value) => Put(value);

        public bool AppendFormatted(scoped ReadOnlySpan<char> value, int alignment = 0, string? format = null)
        {
            int start = _position;
            return Put(value) && Align(start, alignment);
        }

        public bool AppendFormatted(string? value) => Put(value.AsSpan());

        public bool AppendFormatted(string? value, int alignment = 0, string? format = null) => AppendFormatted(value.AsSpan(), alignment, format);

        bool Put(scoped ReadOnlySpan<char> value)
        {
            if (_fits)
            {
                _fits = value.TryCopyTo(_destination.Slice(_position));
                _position += _fits ? value.Length : 0;
            }

            return _fits;
        }

        bool Format<T>(T value, scoped ReadOnlySpan<char> format)
            where T : ISpanFormattable
        {
            if (_fits)
            {
                _fits = value.TryFormat(_destination.Slice(_position), out int written, format, null);
                _position += written;
            }

            return _fits;
        }

        bool Align(int start, int alignment) => _fits = MemoryExtensions.Align(_destination, start, ref _position, alignment, ' ');
    }

    /// <summary>Puts blanks before (a positive alignment) or behind what was written from <paramref name="start"/> up to <paramref name="position"/>. The alignment counts units of the encoding.</summary>
    /// <returns>False when they do not fit.</returns>
    internal static bool Align<T>(Span<T> destination, int start, ref int position, int alignment, T blank)
    {
        int width = alignment < 0 ? -alignment : alignment;
        int length = position - start;
        int blanks = width - length;
        if (blanks <= 0)
        {
            return true;
        }

        if (blanks > destination.Length - position)
        {
            return false;
        }

        Span<T> field = destination.Slice(start, width);
        if (alignment > 0)
        {
            field.Slice(0, length).CopyTo(field.Slice(blanks));
            field.Slice(0, blanks).Fill(blank);
        }
        else
        {
            field.Slice(length).Fill(blank);
        }

        position += blanks;
        return true;
    }
}
