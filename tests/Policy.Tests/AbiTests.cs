// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Muen.Abi;

namespace Muen.Sdk.Policy.Tests;

/// <summary>Offsets and sizes that the ABI fixes. They are written here as numbers, so that a change of a struct is noticed.</summary>
public sealed class AbiTests
{
    [Theory]
    [InlineData(nameof(SubjectState.Cr2), 0)]
    [InlineData(nameof(SubjectState.Rax), 8)]
    [InlineData(nameof(SubjectState.Rbx), 16)]
    [InlineData(nameof(SubjectState.Rcx), 24)]
    [InlineData(nameof(SubjectState.Rdx), 32)]
    [InlineData(nameof(SubjectState.Rdi), 40)]
    [InlineData(nameof(SubjectState.Rsi), 48)]
    [InlineData(nameof(SubjectState.Rbp), 56)]
    [InlineData(nameof(SubjectState.R8), 64)]
    [InlineData(nameof(SubjectState.R15), 120)]
    [InlineData(nameof(SubjectState.ExitReason), 128)]
    [InlineData(nameof(SubjectState.Interruptibility), 132)]
    [InlineData(nameof(SubjectState.Activity), 136)]
    [InlineData(nameof(SubjectState.SysenterCs), 140)]
    [InlineData(nameof(SubjectState.InstructionLength), 144)]
    [InlineData(nameof(SubjectState.ExitQualification), 148)]
    [InlineData(nameof(SubjectState.GuestPhysicalAddress), 156)]
    [InlineData(nameof(SubjectState.Rip), 164)]
    [InlineData(nameof(SubjectState.Rsp), 172)]
    [InlineData(nameof(SubjectState.Cr0), 180)]
    [InlineData(nameof(SubjectState.Cr0Shadow), 188)]
    [InlineData(nameof(SubjectState.Cr3), 196)]
    [InlineData(nameof(SubjectState.Cr4), 204)]
    [InlineData(nameof(SubjectState.Cr4Shadow), 212)]
    [InlineData(nameof(SubjectState.Rflags), 220)]
    [InlineData(nameof(SubjectState.Efer), 228)]
    [InlineData(nameof(SubjectState.SysenterEsp), 236)]
    [InlineData(nameof(SubjectState.SysenterEip), 244)]
    [InlineData(nameof(SubjectState.Cs), 252)]
    [InlineData(nameof(SubjectState.Ss), 276)]
    [InlineData(nameof(SubjectState.Ds), 300)]
    [InlineData(nameof(SubjectState.Es), 324)]
    [InlineData(nameof(SubjectState.Fs), 348)]
    [InlineData(nameof(SubjectState.Gs), 372)]
    [InlineData(nameof(SubjectState.Tr), 396)]
    [InlineData(nameof(SubjectState.Ldtr), 420)]
    [InlineData(nameof(SubjectState.Gdtr), 444)]
    [InlineData(nameof(SubjectState.Idtr), 468)]
    [InlineData(nameof(SubjectState.Running), 492)]
    [InlineData(nameof(SubjectState.InterruptionInfo), 496)]
    [InlineData(nameof(SubjectState.ErrorCode), 500)]
    [InlineData(nameof(SubjectState.InstructionInfo), 504)]
    [InlineData(nameof(SubjectState.GuestLinearAddress), 512)]
    public void Subject_state(string field, int offset) => Assert.Equal(offset, (int)Marshal.OffsetOf<SubjectState>(field));

    [Theory]
    [InlineData(nameof(MemoryResource.Kind), 0)]
    [InlineData(nameof(MemoryResource.Content), 1)]
    [InlineData(nameof(MemoryResource.Flags), 2)]
    [InlineData(nameof(MemoryResource.Pattern), 3)]
    [InlineData(nameof(MemoryResource.Address), 8)]
    [InlineData(nameof(MemoryResource.Size), 16)]
    [InlineData(nameof(MemoryResource.Sha256), 24)]
    public void Memory_resource(string field, int offset) => Assert.Equal(offset, (int)Marshal.OffsetOf<MemoryResource>(field));

    [Theory]
    [InlineData(nameof(PortResource.SourceId), 0)]
    [InlineData(nameof(PortResource.Bar), 2)]
    [InlineData(nameof(PortResource.Address), 4)]
    [InlineData(nameof(PortResource.Size), 6)]
    public void Port_resource(string field, int offset) => Assert.Equal(offset, (int)Marshal.OffsetOf<PortResource>(field));

    [Theory]
    [InlineData(nameof(SubjectInfo.Magic), 0)]
    [InlineData(nameof(SubjectInfo.TscKhz), 8)]
    [InlineData(nameof(SubjectInfo.Name), 12)]
    [InlineData(nameof(SubjectInfo.ResourceCount), 78)]
    public void Subject_info(string field, int offset) => Assert.Equal(offset, (int)Marshal.OffsetOf<SubjectInfo>(field));

    [Theory]
    [InlineData(nameof(Resource.Kind), 0)]
    [InlineData(nameof(Resource.Name), 4)]
    [InlineData(nameof(Resource.Data), 72)]
    public void Resources(string field, int offset) => Assert.Equal(offset, (int)Marshal.OffsetOf<Resource>(field));

    [Theory]
    [InlineData(nameof(ChannelHeader.Transport), 0)]
    [InlineData(nameof(ChannelHeader.Epoch), 8)]
    [InlineData(nameof(ChannelHeader.Protocol), 16)]
    [InlineData(nameof(ChannelHeader.ElementSize), 24)]
    [InlineData(nameof(ChannelHeader.ElementCount), 32)]
    [InlineData(nameof(ChannelHeader.WriteStart), 48)]
    [InlineData(nameof(ChannelHeader.Written), 56)]
    public void Channel_header(string field, int offset) => Assert.Equal(offset, (int)Marshal.OffsetOf<ChannelHeader>(field));

    [Fact]
    public void The_entry_code_finds_the_page_tables() => Assert.Equal(TablesHeader.PageTablesOffset, (int)Marshal.OffsetOf<TablesHeader>(nameof(TablesHeader.PageTables)));

    public static TheoryData<Type, int> Sizes => new()
    {
        { typeof(SubjectState), 520 },
        { typeof(Segment), 24 },
        { typeof(SubjectInfo), SubjectInfo.ResourcesOffset },
        { typeof(Resource), 128 },
        { typeof(MemoryResource), 56 },
        { typeof(PortResource), 8 },
        { typeof(ChannelHeader), 64 },
        { typeof(SourceEvent), 8 },
        { typeof(TargetEvent), 4 },
        { typeof(VectorRoute), 4 },
        { typeof(IoApicRoute), 8 },
        { typeof(MajorFrame), 8 },
        { typeof(MinorFrameRange), 8 },
        { typeof(MinorFrame), 16 },
        { typeof(GroupEntry), 4 },
        { typeof(PartitionEntry), 8 },
        { typeof(PlanSelector), 8 },
        { typeof(SchedulingInfo), 16 },
        { typeof(TimedEvent), 16 },
        { typeof(ProcessorEntry), 16 },
        { typeof(TablesHeader), 128 + (8 * Limits.Processors) },
        { typeof(CrashRecord), 128 },
        { typeof(IommuEntry), 48 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Structs_have_the_size_of_the_ABI(Type type, int size) => Assert.Equal(size, Marshal.SizeOf(type));

    [Fact]
    public void Resources_lie_at_80_and_every_128() => Assert.Equal(80 + (255 * 128), SubjectInfo.ResourcesOffset + (SubjectInfo.MaxResources * Unsafe.SizeOf<Resource>()));
}
