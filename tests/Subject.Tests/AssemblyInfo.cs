// SPDX-License-Identifier: MIT
using Xunit;

// Programs keep their state in statics, as a subject does: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
