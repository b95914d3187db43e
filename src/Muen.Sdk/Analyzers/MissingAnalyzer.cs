// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Muen.Sdk.Analyzers;

/// <summary>Types of .NET that people reach for and that CoreLib does not have: beside the compiler's CS0246, what to use.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MissingAnalyzer : DiagnosticAnalyzer
{
    const string Collections = "Collections grow on a heap. Use SpanList, SpanQueue, SpanDictionary or SpanPool over stackalloc or memory of the policy's: a limit that the policy's memory has too";
    const string Threads = "A subject has one thread; what runs beside it is another subject. Wait by Interrupts.Wait(), Subject.Sleep() and Time.Arm(event, tsc)";
    const string Input = "There are no files and no network: memory regions and channels of component.xml bring the data (Component.Memory, Component.Channels)";

    static readonly Dictionary<string, string> s_advice = new()
    {
        ["List"] = Collections,
        ["Dictionary"] = Collections,
        ["HashSet"] = Collections,
        ["Queue"] = Collections,
        ["Stack"] = Collections,
        ["LinkedList"] = Collections,
        ["SortedDictionary"] = Collections,
        ["ArrayList"] = Collections,
        ["ConcurrentQueue"] = Collections,
        ["Enumerable"] = "Queries make objects. Write the loop",
        ["Thread"] = Threads,
        ["Task"] = Threads,
        ["Timer"] = Threads,
        ["Monitor"] = Threads,
        ["Mutex"] = Threads,
        ["SemaphoreSlim"] = Threads,
        ["File"] = Input,
        ["Stream"] = Input,
        ["Directory"] = Input,
        ["Socket"] = Input,
        ["HttpClient"] = Input,
        ["Console"] = "A subject has the console that the policy gives it: SerialConsole over Component.Devices, or a channel to one that has",
        ["DateTime"] = "Time.Tsc and Time.TicksPerMillisecond tell how much time has passed; nobody knows the date",
        ["DateTimeOffset"] = "Time.Tsc and Time.TicksPerMillisecond tell how much time has passed; nobody knows the date",
        ["Stopwatch"] = "Subtract two values of Time.Tsc; Time.TicksPerMillisecond is their unit",
        ["StringBuilder"] = "span.TryWrite($\"...\", out int written) writes into a span of characters, Utf8.TryWrite and Text.Format into one of bytes, console.Write($\"...\") onto a console",
        ["Random"] = "Nothing here is random: a subject's runs repeat. Keep the state of a generator in a struct, and its seed where the policy puts it",
        ["Guid"] = "Nothing here is random; give things numbers",
        ["GC"] = "There is no heap and nothing to collect",
        ["Exception"] = "There are no exceptions. Return a result, or Panic.Stop(\"reason\")",
        ["Process"] = "There are no processes: subjects are what the policy says, and it never changes",
        ["Activator"] = "Types are not described in the program; call the constructor of a struct",
        ["Assembly"] = "Types are not described in the program",
        ["Marshal"] = "There is nothing unmanaged to talk to; MemoryMarshal and Unsafe see memory as it is",
        ["Regex"] = "Match by hand over a span: IndexOf, StartsWith, slices",
        ["Lazy"] = "It is made of a delegate and an object; keep a nullable struct and a method that fills it",
        ["StackTrace"] = "A panic prints the backtrace, and `muen symbolize` names its lines",
    };

    /// <summary>Namespaces that a using may name.</summary>
    static readonly Dictionary<string, string> s_namespaces = new()
    {
        ["Linq"] = "Queries make objects. Write the loop",
        ["IO"] = Input,
        ["Net"] = Input,
        ["Http"] = Input,
        ["Sockets"] = Input,
        ["Tasks"] = Threads,
        ["RegularExpressions"] = "Match by hand over a span: IndexOf, StartsWith, slices",
    };

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.Missing];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSyntaxNodeAction(Name, SyntaxKind.IdentifierName, SyntaxKind.GenericName);
    }

    static void Name(SyntaxNodeAnalysisContext context)
    {
        var name = (SimpleNameSyntax)context.Node;
        if (IsCandidate(name) && Find(name, context.SemanticModel, context.CancellationToken) is { } missing)
        {
            context.ReportDiagnostic(missing);
        }
    }

    /// <summary>Whether a name may be one of these types, as far as the text tells.</summary>
    internal static bool IsCandidate(SimpleNameSyntax name) => IsNamespace(name) ? s_namespaces.ContainsKey(name.Identifier.ValueText) : s_advice.ContainsKey(name.Identifier.ValueText) && !IsMember(name);

    /// <summary>Whether a name is the last one of a using of a namespace.</summary>
    static bool IsNamespace(SimpleNameSyntax name) => name.Parent is QualifiedNameSyntax { Parent: UsingDirectiveSyntax { StaticKeyword.RawKind: 0 } } qualified && qualified.Right == name;

    /// <summary>The error of a candidate, if it is none of the program's own.</summary>
    internal static Diagnostic? Find(SimpleNameSyntax name, SemanticModel model, CancellationToken cancellation)
    {
        // A type of the program's own that is called so is what it is.
        SymbolInfo info = model.GetSymbolInfo(name, cancellation);
        return info.Symbol is null or IErrorTypeSymbol && info.CandidateSymbols.IsEmpty && model.GetTypeInfo(name, cancellation).Type is null or IErrorTypeSymbol
            ? IsNamespace(name)
                ? Diagnostic.Create(Rules.Missing, name.GetLocation(), name.Parent!.ToString(), s_namespaces[name.Identifier.ValueText])
                : Diagnostic.Create(Rules.Missing, name.GetLocation(), name.Identifier.ValueText, s_advice[name.Identifier.ValueText])
            : null;
    }

    /// <summary>Whether a name is a member of a value, an argument's, an attribute's or a declaration's: of a type is spoken here.</summary>
    static bool IsMember(SimpleNameSyntax name) => name.Parent switch
    {
        MemberAccessExpressionSyntax access when access.Name == name => access.Expression is not (MemberAccessExpressionSyntax or IdentifierNameSyntax { Identifier.ValueText: "System" }),
        MemberBindingExpressionSyntax or NameColonSyntax or NameEqualsSyntax or AttributeSyntax or UsingDirectiveSyntax => true,
        _ => false,
    };
}
