// SPDX-License-Identifier: MIT

using Muen.Sdk.Image;
using Muen.Sdk.Policy;
using Muen.Sdk.Verify;

namespace Muen.Sdk.Cli.Building;

/// <summary>The last step of every build: the disc that was made is held against the policy that it was made of.</summary>
static class ImageVerification
{
    /// <summary>Demands that the image is as its policy says. What is not is a defect of ours, so no image is left that somebody could boot.</summary>
    /// <param name="files">What was packed.</param>
    /// <param name="input">What it was packed from.</param>
    /// <returns>How many harmless differences there are; none is usual.</returns>
    /// <exception cref="UserException">It is not as its policy says.</exception>
    public static int Require(PackedImage files, CompilationInput input)
    {
        try
        {
            var bag = new DiagnosticBag();
            Expectation policy = Expectation.Of(input, bag) ?? throw new UserException(string.Join('\n', bag.Sorted));
            VerificationResult result = Verifier.Verify(ImageReader.Load(files.IsoPath), policy);
            return !result.HasErrors ? result.Findings.Count : throw new UserException(VerificationReport.Text(UserPath.Show(files.IsoPath), result, harmless: false));
        }
        catch
        {
            ImagePacker.Clear(Path.GetDirectoryName(files.ElfPath)!);
            throw;
        }
    }
}
