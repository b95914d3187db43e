// SPDX-License-Identifier: MIT

using System.CommandLine;
using Muen.Sdk.Cli.Building;
using Muen.Sdk.Cli.Debugging;
using Muen.Sdk.Cli.Running;
using Muen.Sdk.Image;
using Muen.Sdk.Machine;
using Muen.Sdk.Verify;

namespace Muen.Sdk.Cli.Commands;

/// <summary>`muen debug`: gdb with the C# lines of one subject, in the whole system or by itself.</summary>
static class DebugCommand
{
    public static Command Create()
    {
        Argument<string> what = Inputs.Path("system.xml|IMAGE", "a policy, which is built first, or an image where it was built: .iso or .elf");
        Option<string> subject = new("--subject") { Description = "whose code; it must be native", HelpName = "NAME", Required = true };
        Option<string[]> breaks = new("--break", "-b") { Description = "stop at FILE:LINE or a function; without one at the subject's first instruction", HelpName = "PLACE", DefaultValueFactory = _ => [] };
        Option<string[]> commands = new("--command", "-c") { Description = "a command for gdb, after which it ends; several follow each other", HelpName = "COMMAND", DefaultValueFactory = _ => [] };
        Option<int?> server = Inputs.Number("--gdb-server", "PORT", "start no gdb: one that the user or an editor starts connects to PORT; 0 chooses one", 0, 65535);
        Option<bool> alone = new("--alone") { Description = "the subject without kernel and others, in QEMU without VT-x; hypercalls do nothing" };
        Option<string?> model = Inputs.Model();
        Option<string?> output = Inputs.Output();
        Option<string?> kernel = Inputs.Kernel();
        Option<string[]> files = Inputs.Files();
        Command command = new("debug", """
            debug a subject with gdb, by lines of C#, while the system runs in Bochs

            Commands of Bochs' debugger: monitor COMMAND in gdb. The consoles' lines go to standard error.

            Exit code: 0, 1 it failed, 2 the command line is wrong, 130 Ctrl-C; else gdb's own.

            Examples:
              muen debug samples/vt/system.xml --subject counter --break Counter.cs:25
              muen debug system.iso --subject worker --break Program.cs:20 --command bt --command "info locals"
              muen debug system.iso --subject worker --gdb-server 1234
              muen debug system.iso --subject worker --alone
            """)
        {
            what, subject, breaks, commands, server, alone, model, output, kernel, files,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            string path = parsed.GetRequiredValue(what);
            string name = parsed.GetRequiredValue(subject);
            string processor = parsed.GetValue(alone) ? "" : Inputs.ModelOf(parsed, model);
            if (parsed.GetValue(server) is null)
            {
                Gdb.Require();
            }

            using var disc = new TemporaryDisc();
            (string image, string iso, int processors) = await RunCommand.Open(
                path, disc, () => Inputs.Build(path, parsed.GetValue(output), parsed.GetValue(kernel), parsed.GetValue(files) ?? []), cancellation);
            ProgramList programs = ProgramList.TryRead(image)
                ?? throw new UserException($"there is no {ProgramList.PathFor(image)}, which names the image's programs; take the image from the folder that it was built in");
            ImageReader contents = ImageReader.Load(image);
            SubjectSpace? space = SubjectSpace.TryRead(contents, name);
            if (space is null || !programs.Subjects.TryGetValue(name, out string? program))
            {
                throw new UserException($"{path} has no native subject '{name}' with a program of ours; there are {string.Join(", ", programs.Subjects.Keys)}", UserException.Usage);
            }

            GdbScript.Write(image, programs);
            var gdb = new Gdb(image, program, parsed.GetValue(alone) ? null : programs.Kernel, parsed.GetValue(breaks) ?? [], parsed.GetValue(commands) ?? []);
            if (parsed.GetValue(server) is null)
            {
                await gdb.RequireBreaksAsync(cancellation);
            }

            return parsed.GetValue(alone)
                ? await AloneSession.RunAsync(contents, space, program, gdb, parsed.GetValue(server), cancellation)
                : await BochsSession.RunAsync(new BochsOptions { IsoPath = iso, Processors = processors, Model = processor, HasDebuggerConsole = true }, space, gdb, parsed.GetValue(server), cancellation);
        });
        return command;
    }
}
