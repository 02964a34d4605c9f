namespace Orchestrator.Workflows.Feel;

/// <summary>The outcome of an evaluation. A failure is a null value plus at least one diagnostic, never an exception.</summary>
/// <param name="Value">
/// null, <see cref="bool"/>, <see cref="string"/>, <see cref="decimal"/> (or <see cref="Decimal128"/> where 28 digits
/// do not suffice), <see cref="FeelDate"/>, <see cref="FeelTime"/>, <see cref="FeelDateTime"/>,
/// <see cref="DayTimeDuration"/>, <see cref="YearMonthDuration"/>, a list (<see cref="IReadOnlyList{T}"/> of object),
/// <see cref="FeelContext"/>, <see cref="FeelRange"/>, <see cref="FeelFunction"/> or <see cref="FeelType"/>.
/// </param>
/// <param name="Diagnostics">What was turned into null on the way; empty when all went well.</param>
public readonly record struct FeelResult(object? Value, IReadOnlyList<FeelDiagnostic> Diagnostics)
{
    /// <summary>True only for the boolean true: null and every other value do not open a check.</summary>
    public bool IsTrue => Value is true;

    /// <summary>The value as a decimal, rounded to 28 digits where it has more; false when it is no number or too large.</summary>
    public bool TryGetNumber(out decimal number)
    {
        switch (Value)
        {
            case decimal value:
                number = value;
                return true;
            case Decimal128 wide:
                return wide.TryRoundToDecimal(out number);
            default:
                number = 0;
                return false;
        }
    }
}
