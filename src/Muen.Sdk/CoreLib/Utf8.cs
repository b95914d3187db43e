// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Runtime.CompilerServices;

namespace System.Text.Unicode;

/// <summary>Interpolated strings into spans of UTF-8, and UTF-8 from and to UTF-16.</summary>
public static class Utf8
{
    /// <summary>Writes an interpolated string into a span: <c>Utf8.TryWrite(span, $"{size} bytes at {address:x8}", out int written)</c>.</summary>
    /// <returns>False when it does not fit: then <paramref name="bytesWritten"/> is 0.</returns>
    public static bool TryWrite(
        Span<byte> destination, [InterpolatedStringHandlerArgument(nameof(destination))] ref TryWriteInterpolatedStringHandler handler, out int bytesWritten) =>
        handler.Finish(out bytesWritten);

    /// <inheritdoc cref="TryWrite(Span{byte}, ref TryWriteInterpolatedStringHandler, out int)"/>
    public static bool TryWrite(
        Span<byte> destination, IFormatProvider? provider, [InterpolatedStringHandlerArgument(nameof(destination), nameof(provider))] ref TryWriteInterpolatedStringHandler handler, out int bytesWritten) =>
        handler.Finish(out bytesWritten);

    public static bool IsValid(ReadOnlySpan<byte> value)
    {
        while (value.Length != 0)
        {
            if (Rune.DecodeFromUtf8(value, out _, out int consumed) != OperationStatus.Done)
            {
                return false;
            }

            value = value.Slice(consumed);
        }

        return true;
    }

    /// <summary>Writes an interpolated string into a span, part by part, and stops at the first that does not fit.</summary>
    [InterpolatedStringHandler]
    public ref struct TryWriteInterpolatedStringHandler
    {
        readonly Span<byte> _destination;
        int _position;
        bool _fits;

        /// <param name="literalLength">Characters of the literal parts.</param>
        /// <param name="formattedCount">Number of holes.</param>
        /// <param name="destination">Where the text goes.</param>
        /// <param name="shouldAppend">Whether there is room for the literal parts at least.</param>
        public TryWriteInterpolatedStringHandler(int literalLength, int formattedCount, Span<byte> destination, out bool shouldAppend)
        {
            _destination = destination;
            _position = 0;
            _fits = shouldAppend = destination.Length >= literalLength;
        }

        /// <inheritdoc cref="TryWriteInterpolatedStringHandler(int, int, Span{byte}, out bool)"/>
        public TryWriteInterpolatedStringHandler(int literalLength, int formattedCount, Span<byte> destination, IFormatProvider? provider, out bool shouldAppend)
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
            where T : IUtf8SpanFormattable => Format(value, default);

        public bool AppendFormatted<T>(T value, string? format)
            where T : IUtf8SpanFormattable => Format(value, format.AsSpan());

        public bool AppendFormatted<T>(T value, int alignment)
            where T : IUtf8SpanFormattable
        {
            int start = _position;
            return Format(value, default) && Align(start, alignment);
        }

        public bool AppendFormatted<T>(T value, int alignment, string? format)
            where T : IUtf8SpanFormattable
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

        /// <summary>Appends UTF-8 as it is.</summary>
        public bool AppendFormatted(scoped ReadOnlySpan<byte> utf8Value) => Copy(utf8Value);

        /// <inheritdoc cref="AppendFormatted(ReadOnlySpan{byte})"/>
        public bool AppendFormatted(scoped ReadOnlySpan<byte> utf8Value, int alignment = 0, string? format = null)
        {
            int start = _position;
            return Copy(utf8Value) && Align(start, alignment);
        }

        public bool AppendFormatted(string? value) => Put(value.AsSpan());

        public bool AppendFormatted(string? value, int alignment = 0, string? format = null) => AppendFormatted(value.AsSpan(), alignment, format);

        bool Put(scoped ReadOnlySpan<char> value)
        {
            if (_fits)
            {
                _fits = Text.Encoding.UTF8.TryGetBytes(value, _destination.Slice(_position), out int written);
                _position += written;
            }

            return _fits;
        }

        bool Copy(scoped ReadOnlySpan<byte> value)
        {
            if (_fits)
            {
                _fits = value.TryCopyTo(_destination.Slice(_position));
                _position += _fits ? value.Length : 0;
            }

            return _fits;
        }

        bool Format<T>(T value, scoped ReadOnlySpan<char> format)
            where T : IUtf8SpanFormattable
        {
            if (_fits)
            {
                _fits = value.TryFormat(_destination.Slice(_position), out int written, format, null);
                _position += written;
            }

            return _fits;
        }

        bool Align(int start, int alignment) => _fits = MemoryExtensions.Align(_destination, start, ref _position, alignment, (byte)' ');
    }
}
