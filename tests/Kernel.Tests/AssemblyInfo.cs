// SPDX-License-Identifier: MIT

// The kernel's memory lies at fixed addresses: there is one in the process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
