// SPDX-License-Identifier: MIT
using Muen.Tests.Machine;

namespace Muen;

static unsafe partial class SharedMemory
{
    static partial void Step() => TestMachine.Step();
}
