// SPDX-License-Identifier: MIT
namespace Muen.Sdk.Policy.Read.Language;

/// <summary>The arrays of a component's requirements.</summary>
internal static class ArrayVocabulary
{
    private const ulong AddressLimit = (1UL << 52) - 1;
    private const ulong SizeLimit = 1UL << 46;

    /// <summary>Memory regions one after the other.</summary>
    internal static readonly ElementRule Memory = Consecutive("memory regions of one size, one after the other")
        .May("writable", ValueRule.Boolean, "false when left out")
        .May("executable", ValueRule.Boolean, "false when left out")
        .With(Occurs.Many, new ElementRule("memory", "an element of the array").Needs("logical", ValueRule.Name, "the component's name for it"));

    /// <summary>Channels one after the other.</summary>
    internal static readonly ElementRule Channels = Consecutive("channels of one size, one after the other")
        .May("vectorBase", ValueRule.Automatic(32, 255), "readers: the vector of the first; the next has the next, and so on; or auto")
        .May("eventBase", ValueRule.Automatic(0, Muen.Abi.Limits.Events - 1), "writers: the event number of the first; the next has the next, and so on; or auto")
        .With(
            Occurs.Many,
            new ElementRule("reader", "an element of the array").Needs("logical", ValueRule.Name, "the component's name for it")
                .May("type", ValueRule.Text, "the C# type of its elements, with its namespace; both ends name the same"),
            new ElementRule("writer", "an element of the array").Needs("logical", ValueRule.Name, "the component's name for it")
                .May("type", ValueRule.Text, "the C# type of its elements, with its namespace; both ends name the same"));

    /// <summary>Devices with the same resources.</summary>
    internal static ElementRule Devices(params ElementRule[] resources) =>
        new ElementRule("array", "devices of one kind: each has the resources that stand beside them here, with the next vector and address for each next device")
            .May("logical", ValueRule.Name, "the component's name for all of them")
            .With(Occurs.Many, new ElementRule("device", "an element of the array").Needs("logical", ValueRule.Name, "the component's name for it"))
            .With(Occurs.Many, resources);

    private static ElementRule Consecutive(string doc) => new ElementRule("array", doc)
        .May("logical", ValueRule.Name, "the component's name for all of them")
        .Needs("elementSize", ValueRule.Number(0, SizeLimit), "the size of each in bytes")
        .May("virtualAddressBase", ValueRule.Automatic(0, AddressLimit), "where the first is expected; the next follow; chosen when left out or auto");
}
