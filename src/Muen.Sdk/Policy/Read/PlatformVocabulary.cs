// SPDX-License-Identifier: MIT
namespace Muen.Sdk.Policy.Read;

/// <summary>The elements of the platform section, which a policy shares with other machines.</summary>
internal static class PlatformVocabulary
{
    /// <summary>The section; its config is part of the system's and gone when it is validated.</summary>
    internal static readonly ElementRule Rule = new ElementRule("platform", "names by which a policy speaks of devices without knowing the machine").With(
        Occurs.Optional,
        new ElementRule("mappings", "names of devices").With(
            Occurs.Optional,
            new ElementRule("aliases", "other names of devices").With(Occurs.Many, Alias("alias", "another name of a device").With(
                Occurs.Many,
                Alias("resource", "another name of a resource; a device with such names has no other resources").With(
                    Occurs.Many,
                    Alias("resource", "another name of a message-signalled interrupt")))),
            new ElementRule("classes", "names of several devices together").With(
                Occurs.Many,
                new ElementRule("class", "a name that stands for each of its devices")
                    .Needs("name", ValueRule.Name, "its name")
                    .With(Occurs.Many, new ElementRule("device", "a device of the class").Needs("physical", ValueRule.Name, "its name")))),
        new ElementRule("kernelDiagnostics", "where the debug kernel prints to")
            .Needs("type", ValueRule.Choice("none", "uart", "hsuart", "vga"), "none or uart")
            .With(
                Occurs.Optional,
                new ElementRule("device", "the device")
                    .Needs("physical", ValueRule.Name, "its name, or an alias")
                    .With(
                        Occurs.Optional,
                        new ElementRule("ioPort", "its ports").Needs("physical", ValueRule.Name, "the device's name for them"),
                        new ElementRule("memory", "its memory").Needs("physical", ValueRule.Name, "the device's name for it"))));

    private static ElementRule Alias(string name, string doc) => new ElementRule(name, doc)
        .Needs("name", ValueRule.Name, "the new name")
        .Needs("physical", ValueRule.Name, "the name it stands for");
}
