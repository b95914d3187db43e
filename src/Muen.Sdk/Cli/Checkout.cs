// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Cli;

/// <summary>The source tree that this command was built in: it holds the kernel's sources.</summary>
/// <param name="Root">Its folder.</param>
sealed record Checkout(string Root)
{
    /// <summary>The kernel's C#.</summary>
    public string KernelProject => Path.Combine(Root, "src", "Muen.Kernel", "Muen.Kernel.csproj");

    /// <summary>The kernel's assembly. It is the kernel's licence that keeps this a project to load, not one to link with.</summary>
    public string KernelStubsProject => Path.Combine(Root, "src", "Muen.Kernel", "Stubs", "Muen.Kernel.Stubs.csproj");

    /// <summary>Where everything that is built goes.</summary>
    public string Artifacts => Path.Combine(Root, "artifacts");

    /// <summary>Finds the tree that holds the running program.</summary>
    /// <exception cref="UserException">There is none: the program was copied out of it.</exception>
    public static Checkout Find() => TryFind()
        ?? throw new UserException("the kernel's sources are not above this program; run ./muen in the source tree, or give a kernel with --kernel");

    /// <summary>The tree that holds the running program; null when there is none.</summary>
    public static Checkout? TryFind()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Muen.slnx")))
            {
                return new(folder);
            }
        }

        return null;
    }

    /// <summary>The folder for what is made of a policy: below artifacts for one of this tree, `bin` beside any other.</summary>
    /// <param name="policy">Full path of the policy.</param>
    public static string OutputOf(string policy)
    {
        string folder = Path.GetDirectoryName(policy) ?? policy;
        string name = Path.GetFileNameWithoutExtension(policy);
        if (TryFind() is { } checkout)
        {
            string inside = Path.GetRelativePath(checkout.Root, folder);
            if (inside != ".." && !inside.StartsWith("../", StringComparison.Ordinal))
            {
                return Path.Combine(checkout.Artifacts, "systems", inside, name);
            }
        }

        return Path.Combine(folder, "bin", name);
    }
}
