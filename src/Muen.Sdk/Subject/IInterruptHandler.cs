// SPDX-License-Identifier: MIT
namespace Muen;

/// <summary>
/// What a subject does when an interrupt has come: a type whose method <see cref="Interrupts.TryHandle"/> and <see cref="Interrupts.Dispatch{TState, THandler}"/> call. It is a type
/// parameter, where .NET would have a delegate, and needs no object. It runs in the program's own turn, never in the middle of other C#.
/// </summary>
/// <typeparam name="TState">What the program's handlers share.</typeparam>
public interface IInterruptHandler<TState>
    where TState : allows ref struct
{
    /// <summary>Handles one or more interrupts of the vector, which have left one mark.</summary>
    /// <param name="state">What the program's handlers share.</param>
    static abstract void Handle(ref TState state);
}
