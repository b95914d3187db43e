// SPDX-License-Identifier: MIT

using BigGustave;
using Muen.Sdk.Machine;

namespace Muen.Sdk.Cli.Running;

/// <summary>Writes PNG files.</summary>
static class Picture
{
    /// <summary>Writes a picture.</summary>
    /// <param name="path">The file.</param>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="pixels">Red, green and blue of each pixel.</param>
    public static void Write(string path, int width, int height, ReadOnlySpan<byte> pixels)
    {
        PngBuilder png = PngBuilder.Create(width, height, hasAlphaChannel: false);
        for (int i = 0; i < width * height; i++)
        {
            png.SetPixel(pixels[3 * i], pixels[(3 * i) + 1], pixels[(3 * i) + 2], i % width, i / width);
        }

        byte[] file = png.Save(new PngBuilder.SaveOptions { AttemptCompression = true });
        WholeFile.Write(path, temporary => File.WriteAllBytes(temporary, file));
    }
}
