// SPDX-License-Identifier: MIT
using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using CsCheck;

namespace Muen.Sdk.Policy.Tests;

/// <summary>
/// Damaged policies: errors, never an exception, never a wait, and an image exactly when there is no error. A test run tries a few thousand; MUEN_MUTATIONS asks for
/// more: <c>MUEN_MUTATIONS=1000000 dotnet test --filter FuzzTests</c>. If the process itself ends, the policy is left in the temporary folder.
/// </summary>
public sealed class FuzzTests : IDisposable
{
    private const int Hang = 120_000;

    private readonly Workspace workspace = new();
    private long count;
    private long started;

    private static long Count => long.TryParse(Environment.GetEnvironmentVariable("MUEN_MUTATIONS"), out long wanted) ? wanted : 3000;

    public void Dispose() => workspace.Dispose();

    [Fact]
    public void What_is_damaged_was_right()
    {
        foreach (string policy in FuzzCorpus.Right)
        {
            workspace.Compile(policy);
        }
    }

    [Fact]
    public void A_damaged_policy_never_ends_in_an_exception_or_a_wait()
    {
        using var watch = new System.Threading.Timer(_ => FailIfHanging(), null, Hang, Hang);
        Stopwatch time = Stopwatch.StartNew();
        Gen.Int.Sample(
            seed =>
            {
                Volatile.Write(ref started, Environment.TickCount64);
                Try(seed);
                if (++count % 50_000 == 0)
                {
                    Console.WriteLine($"{count} mutated policies, {count / time.Elapsed.TotalSeconds:F0} a second");
                }
            },
            iter: Count,
            threads: 1);
    }

    private void Try(int seed)
    {
        var random = new Random(seed);
        string policy = FuzzCorpus.All[random.Next(FuzzCorpus.All.Count)];
        byte[]? bytes = null;
        switch (random.Next(8))
        {
            case 0 or 1:
                policy = TextMutation.Damage(policy, FuzzCorpus.All, random);
                break;
            case 2:
                (policy, string part) = TreeMutation.Split(TreeMutation.Damage(policy, FuzzCorpus.All, random), random);
                workspace.Write("part.xml", random.Next(2) == 0 ? part : TextMutation.Damage(part, FuzzCorpus.All, random));
                break;
            case 3:
                bytes = Damage(Encoding.UTF8.GetBytes(TreeMutation.Damage(policy, FuzzCorpus.All, random)), random);
                break;
            case 4:
                policy = TextMutation.Damage(TreeMutation.Damage(policy, FuzzCorpus.All, random), FuzzCorpus.All, random);
                break;
            default:
                policy = TreeMutation.Damage(policy, FuzzCorpus.All, random);
                break;
        }

        var bag = new DiagnosticBag();
        string path = bytes is null ? workspace.Write("system.xml", policy) : workspace.Write("system.xml", bytes);
        SystemImage? image = workspace.CompileFile(path, bag);
        Assert.Equal(bag.HasErrors, image is null);
        foreach (Diagnostic error in bag.Sorted)
        {
            Assert.True(error.Line >= 1 && error.Column >= 1, error.ToString());
            Assert.NotNull(DiagnosticCodes.Find(error.Code));
            Assert.InRange(error.Message.Length, 1, 4000);
            Assert.DoesNotContain(error.Message, char.IsControl);
            Assert.DoesNotContain("Exception:", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("System.", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", error.Message, StringComparison.Ordinal);
        }
    }

    private static byte[] Damage(byte[] bytes, Random random)
    {
        for (int i = random.Next(1, 6); i > 0 && bytes.Length != 0; i--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return random.Next(4) == 0 ? bytes[..random.Next(bytes.Length + 1)] : bytes;
    }

    // A compiler that does not come back cannot be stopped from within.
    private void FailIfHanging()
    {
        long begin = Volatile.Read(ref started);
        if (begin != 0 && Environment.TickCount64 - begin > Hang)
        {
            Environment.FailFast($"a policy is compiled for more than {Hang / 1000} s: {Path.Combine(workspace.Folder, "system.xml")}");
        }
    }
}
