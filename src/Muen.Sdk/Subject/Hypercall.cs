// SPDX-License-Identifier: MIT
namespace Muen;

/// <summary>The one way to ask the kernel for something (ABI, hypercall).</summary>
public static class Hypercall
{
    /// <summary>
    /// VMCALL with RAX = <paramref name="number"/>. The kernel returns nothing and keeps every register; a number that the policy gives no
    /// meaning to is ignored.
    /// </summary>
    /// <param name="number">Event number, 0..63.</param>
    public static void Trigger(byte number) => Instructions.Vmcall(number);
}
