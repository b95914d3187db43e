// SPDX-License-Identifier: MIT
namespace Muen.Sdk.Policy.Read.Language;

/// <summary>
/// What expanding a policy may cost, in elements and attributes that are looked at: templates that use templates grow exponentially with the size of the text, so the
/// text's limits do not bound them.
/// </summary>
internal sealed class Budget(DiagnosticBag bag)
{
    internal const int Limit = 2_000_000;

    private int spent;

    /// <summary>Whether more was asked for than there is; the expansion ends then.</summary>
    internal bool Exhausted => spent > Limit;

    /// <summary>Takes a part of the budget; false and one error when it does not suffice.</summary>
    /// <param name="amount">Elements and attributes.</param>
    /// <param name="place">What costs it.</param>
    internal bool Spend(int amount, Place place)
    {
        if (Exhausted)
        {
            return false;
        }

        spent += amount;
        if (Exhausted)
        {
            bag.Add(place, DiagnosticCodes.ExpansionTooLarge,
                $"the policy has more than {Limit} elements and attributes when its templates and conditions are expanded; use fewer or smaller templates");
        }

        return !Exhausted;
    }
}
