// SPDX-License-Identifier: MIT
// Locals are not zeroed at a method's entry: zeroing 16 bytes or more is done with XMM registers, which the kernel must not touch,
// and costs time everywhere else. C# itself still refuses to read a local before it is assigned; only stackalloc starts undefined.
[module: System.Runtime.CompilerServices.SkipLocalsInit]
