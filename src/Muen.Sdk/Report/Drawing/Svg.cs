// SPDX-License-Identifier: MIT

using System.Text;

namespace Muen.Sdk.Report.Drawing;

/// <summary>Writes a picture. What a thing is, its class says and the style sheet draws; a title is what a reader sees who points at it.</summary>
sealed class Svg
{
    /// <summary>Width of a character of the fixed font of the size that most labels have, a little more than it takes.</summary>
    public const double CharacterWidth = 6.7;

    /// <summary>The same of small labels.</summary>
    public const double SmallCharacterWidth = 6.1;

    readonly StringBuilder _text = new();

    public override string ToString() => _text.ToString();

    /// <summary>The whole picture.</summary>
    public static string Picture(string name, string label, double width, double height, string body, string attributes = "") =>
        $"<svg class=\"{name}\" viewBox=\"0 0 {Text.Px(width)} {Text.Px(height)}\" width=\"{Text.Px(width)}\" height=\"{Text.Px(height)}\" role=\"img\" aria-label=\"{Text.Escape(label)}\"{attributes}>{body}</svg>\n";

    public Svg Open(string name, string attributes = "")
    {
        _text.Append($"<g class=\"{name}\"{(attributes.Length == 0 ? "" : " ")}{attributes}>");
        return this;
    }

    public Svg Close()
    {
        _text.Append("</g>\n");
        return this;
    }

    public Svg Title(string text)
    {
        _text.Append($"<title>{Text.Escape(text)}</title>");
        return this;
    }

    public Svg Rectangle(string name, double x, double y, double width, double height, double radius = 0, string attributes = "")
    {
        _text.Append($"<rect class=\"{name}\" x=\"{Text.Px(x)}\" y=\"{Text.Px(y)}\" width=\"{Text.Px(width)}\" height=\"{Text.Px(height)}\"{(radius > 0 ? $" rx=\"{Text.Px(radius)}\"" : "")}{(attributes.Length == 0 ? "" : " ")}{attributes}/>");
        return this;
    }

    public Svg Line(string name, double x1, double y1, double x2, double y2)
    {
        _text.Append($"<line class=\"{name}\" x1=\"{Text.Px(x1)}\" y1=\"{Text.Px(y1)}\" x2=\"{Text.Px(x2)}\" y2=\"{Text.Px(y2)}\"/>");
        return this;
    }

    public Svg Path(string name, string data, string attributes = "")
    {
        _text.Append($"<path class=\"{name}\" d=\"{data}\"{(attributes.Length == 0 ? "" : " ")}{attributes}/>");
        return this;
    }

    public Svg Write(string name, double x, double y, string text)
    {
        _text.Append($"<text class=\"{name}\" x=\"{Text.Px(x)}\" y=\"{Text.Px(y)}\">{Text.Escape(text)}</text>");
        return this;
    }

    /// <summary>A label within a width: shortened, or left out where not even two characters fit.</summary>
    public Svg Fit(string name, double x, double y, string text, double width, double character = CharacterWidth)
    {
        string shown = Text.Short(text, (int)(width / character));
        return shown.Length < Math.Min(text.Length, 3) ? this : Write(name, x, y, shown);
    }
}
