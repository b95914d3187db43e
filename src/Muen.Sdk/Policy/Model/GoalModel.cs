// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Muen.Sdk.Policy;

/// <summary>A subject that must not reach another one, but through those that are trusted.</summary>
public sealed record GoalNode(Place Place, Located<string> From, Located<string> To, ImmutableArray<Located<string>> Unless);

/// <summary>The time that a subject needs: <paramref name="Budget"/> in each <paramref name="Period"/>, both in microseconds.</summary>
public sealed record TimeNode(Place Place, ulong Budget, ulong Period);
