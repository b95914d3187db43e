// SPDX-License-Identifier: MIT
using System.Reflection;
using System.Runtime;
using System.Runtime.CompilerServices;
using Muen.Abi;

namespace Muen.Simulation;

/// <summary>A kernel compiled for .NET: its two entries by the names that its assembly knows them by, and its variables.</summary>
internal sealed unsafe class KernelCode
{
    private readonly FieldInfo[] variables;
    private readonly delegate*<uint, ulong> start;
    private readonly delegate*<ulong, ulong> handleExit;

    internal KernelCode(Assembly assembly)
    {
        Type[] types = [.. assembly.GetTypes().Where(t => t.Namespace == "Muen.Kernel")];
        variables = [.. types.SelectMany(t => t.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)).Where(f => !f.IsLiteral)];
        nint Entry(string name)
        {
            MethodInfo method = types.SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.NonPublic))
                .Single(m => m.CustomAttributes.Any(a => a.AttributeType.Name == nameof(RuntimeExportAttribute) && name.Equals(a.ConstructorArguments[0].Value)));
            RuntimeHelpers.PrepareMethod(method.MethodHandle);
            return method.MethodHandle.GetFunctionPointer();
        }

        start = (delegate*<uint, ulong>)Entry("KernelStart");
        handleExit = (delegate*<ulong, ulong>)Entry("HandleExit");
    }

    /// <summary>The kernel as it is in this source tree.</summary>
    internal static KernelCode Original { get; } = new(typeof(KernelCode).Assembly);

    /// <summary>Arrivals that each barrier of minor frames has counted before the start.</summary>
    internal ulong EarlierMeetings { get; init; }

    internal ulong Start(uint processor) => start(processor);

    internal ulong HandleExit() => handleExit(KernelLayout.ProcessorData);

    /// <summary>Zeroes the variables, as the boot loader does.</summary>
    internal void Reset()
    {
        foreach (FieldInfo variable in variables)
        {
            object zero = RuntimeHelpers.GetUninitializedObject(variable.FieldType);
            if (EarlierMeetings != 0 && variable.FieldType.Name == "Meetings")
            {
                FieldInfo counters = variable.FieldType.GetFields(BindingFlags.Instance | BindingFlags.NonPublic).Single();
                int width = counters.GetCustomAttribute<FixedBufferAttribute>()!.ElementType == typeof(ulong) ? 8 : 4;
                Fill(zero, width);
            }

            variable.SetValue(null, zero);
        }
    }

    private void Fill(object boxed, int width)
    {
        var handle = System.Runtime.InteropServices.GCHandle.Alloc(boxed, System.Runtime.InteropServices.GCHandleType.Pinned);
        byte* bytes = (byte*)handle.AddrOfPinnedObject();
        for (int i = 0; i < Limits.Barriers; i++)
        {
            ulong value = EarlierMeetings;
            Buffer.MemoryCopy(&value, bytes + (i * width), width, width);
        }

        handle.Free();
    }
}
