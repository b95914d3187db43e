// SPDX-License-Identifier: MIT
using System;
using System.Linq;
using Muen.Abi;
using Muen.Tests.Machine;
using Xunit;

namespace Muen.Tests;

/// <summary>Another subject's state and its pending interrupts, where the policy gives them and where it does not.</summary>
public sealed unsafe class MonitoredSubjectTests : IDisposable
{
    readonly TestMachine _machine = new();
    readonly SubjectState* _state = (SubjectState*)System.Runtime.InteropServices.NativeMemory.AllocZeroed(4096);
    readonly ulong* _pending = (ulong*)System.Runtime.InteropServices.NativeMemory.AllocZeroed(4096);

    public void Dispose()
    {
        System.Runtime.InteropServices.NativeMemory.Free(_state);
        System.Runtime.InteropServices.NativeMemory.Free(_pending);
        _machine.Dispose();
    }

    [Fact]
    public void A_state_is_found_by_the_subjects_name_and_read()
    {
        _machine.AddMemory("guest_state", MemoryKind.Subject, _pending, 4096, MemoryFlags.None);
        _machine.AddMemory("guest_state", MemoryKind.State, _state, 4096, MemoryFlags.None);
        _state->Rip = 0x1234;
        MonitoredSubject guest = MonitoredSubject.Open("guest"u8);
        Assert.False(guest.IsControlled);
        Assert.False(guest.IsRunning);
        _state->Running = 1;
        Assert.True(guest.IsRunning);
        Assert.Equal(0x1234UL, guest.State.Rip);
        Assert.True(guest.CopyTo(out SubjectState copy));
        Assert.Equal(0x1234UL, copy.Rip);
        Assert.False(MonitoredSubject.TryOpen("guest_state"u8, out _));
        Assert.False(MonitoredSubject.TryOpen("gues"u8, out _));
    }

    [Fact]
    public void Only_a_controlled_state_is_changed()
    {
        _machine.AddMemory("seen_state", MemoryKind.State, _state, 4096, MemoryFlags.None);
        _machine.AddMemory("led_state", MemoryKind.State, _state, 4096, MemoryFlags.Writable);
        MonitoredSubject.Open("led"u8).Control.Rax = 7;
        Assert.Equal(7UL, _state->Rax);
        Assert.Throws<ExitException>(() => MonitoredSubject.Open("seen"u8).Control.Rax = 8);
        Assert.Throws<ExitException>(() => MonitoredSubject.Open("nobody"u8));
        Assert.Throws<ExitException>(() => _ = default(MonitoredSubject).State.Rip);
        Assert.Equal(7UL, _state->Rax);
    }

    [Fact]
    public void A_state_that_does_not_fit_into_its_region_is_none()
    {
        _machine.AddMemory("small_state", MemoryKind.State, _state, (ulong)sizeof(SubjectState) - 1, MemoryFlags.None);
        Assert.False(MonitoredSubject.TryOpen("small"u8, out _));
    }

    [Fact]
    public void Interrupts_are_injected_where_the_policy_lets_it()
    {
        _machine.AddMemory("a_state", MemoryKind.State, _state, 4096, MemoryFlags.None);
        _machine.AddMemory("b_state", MemoryKind.State, _state, 4096, MemoryFlags.None);
        _machine.AddMemory("c_state", MemoryKind.State, _state, 4096, MemoryFlags.None);
        _machine.AddMemory("a_interrupts", MemoryKind.Interrupts, _pending, 4096, MemoryFlags.Writable);
        _machine.AddMemory("b_interrupts", MemoryKind.Interrupts, _pending, 4096, MemoryFlags.None);
        Assert.False(MonitoredSubject.Open("b"u8).TryInject(40));
        Assert.False(MonitoredSubject.Open("c"u8).TryInject(40));
        MonitoredSubject a = MonitoredSubject.Open("a"u8);
        for (int vector = 0; vector < 256; vector++)
        {
            new Span<ulong>(_pending, 512).Clear();
            Assert.Equal(vector >= 32, a.TryInject((byte)vector));
            int[] set = [.. Enumerable.Range(0, 4096 * 8).Where(b => (_pending[b / 64] >> (b % 64) & 1) != 0)];
            Assert.Equal(vector >= 32 ? [vector] : [], set);
        }
    }
}
