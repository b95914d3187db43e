// SPDX-License-Identifier: MIT
using System;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Threading;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Muen.Sdk.Tasks;

/// <summary>
/// Runs the <c>muen</c> command in a process of its own, so that MSBuild keeps none of its assemblies. The Exec task would do, were it not for two things:
/// it hands the line to a shell, which reads meaning into paths, and it adds an error of its own to those of the command.
/// </summary>
public sealed class RunMuen : Task, ICancelableTask
{
    /// <summary>Exit code after Ctrl-C, which reaches the command before MSBuild cancels the task.</summary>
    const int Interrupted = 130;

    readonly Lock _gate = new();
    Process? _process;
    bool _cancelled;

    /// <summary>The program that runs .NET assemblies: MSBuild's DOTNET_HOST_PATH.</summary>
    public string Host { get; set; } = "dotnet";

    /// <summary>Full path of <c>muen.dll</c>.</summary>
    [Required]
    public string Program { get; set; } = "";

    /// <summary>The command's arguments, each as it is.</summary>
    [Required]
    public string[] Arguments { get; set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        if (!File.Exists(Program))
        {
            Log.LogError(null, "MUEN4003", null, null, 0, 0, 0, 0, $"the muen command is missing: there is no {Program}; restore the package Muen.Sdk again, or build the source tree");
            return false;
        }

        int exitCode;
        try
        {
            exitCode = Run();
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            Log.LogError(null, "MUEN4003", null, null, 0, 0, 0, 0, $"the muen command does not start: {e.Message}");
            return false;
        }

        if (exitCode != 0 && !_cancelled && !Log.HasLoggedErrors)
        {
            string what = exitCode == Interrupted ? "was interrupted" : $"ended with code {exitCode} and without a message";
            Log.LogError(null, "MUEN4000", null, null, 0, 0, 0, 0, $"the muen command {what}");
        }

        return exitCode == 0 && !Log.HasLoggedErrors;
    }

    /// <summary>Ends the command when the build is cancelled.</summary>
    public void Cancel()
    {
        lock (_gate)
        {
            _cancelled = true;
            if (_process is { HasExited: false })
            {
                _process.Kill(entireProcessTree: true);
            }
        }
    }

    int Run()
    {
        var start = new ProcessStartInfo(Host, ["exec", Program, "--msbuild", .. Arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        Log.LogMessage(MessageImportance.Low, "muen {0}", string.Join(' ', Arguments));
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Say(line.Data, MessageImportance.Normal);
        process.ErrorDataReceived += (_, line) => Say(line.Data, MessageImportance.High);
        lock (_gate)
        {
            if (_cancelled)
            {
                return -1;
            }

            process.Start();
            _process = process;
        }

        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.WaitForExit();
        lock (_gate)
        {
            _process = null;
        }

        return process.ExitCode;
    }

    /// <summary>A line of the form <c>file(line,column): error CODE: text</c> is an error there, every other a message.</summary>
    void Say(string? line, MessageImportance importance)
    {
        if (!string.IsNullOrWhiteSpace(line))
        {
            lock (_gate)
            {
                Log.LogMessageFromText(line, importance);
            }
        }
    }
}
