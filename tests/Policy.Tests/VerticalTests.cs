// SPDX-License-Identifier: MIT
using System.Linq;

namespace Muen.Sdk.Policy.Tests;

public sealed class VerticalTests
{
    [Fact]
    public void The_first_demos_system_compiles()
    {
        using var workspace = new Workspace();
        SystemImage image = workspace.Compile(Policies.Crypter);
        Assert.Equal("crypter", image.Name);
        Assert.Equal(["crypter", "client", "intruder", "idle_1"], image.View.Subjects.Select(s => s.Name));
        Assert.Equal(2, image.View.Processors.Length);
    }
}
