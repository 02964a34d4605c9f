using System.Runtime.CompilerServices;

namespace Orchestrator.Workflows.Feel.Compilation;

/// <summary>One evaluation: its limits, what it has used up, and its diagnostics. Lives on one thread.</summary>
internal sealed class FeelRun(FeelLimits limits)
{
    private const int MaxDiagnostics = 50;

    // Comparing values goes deep below the code that knows its run; what it costs is charged to the run of the thread.
    [ThreadStatic]
    private static FeelRun? current;

    private List<FeelDiagnostic>? diagnostics;
    private long steps;
    private int depth;

    public FeelLimits Limits { get; } = limits;

    /// <summary>Where decision tables put the rules that matched; null where nobody asks.</summary>
    public List<Dmn.MatchedRule>? Matched { get; init; }

    public IReadOnlyList<FeelDiagnostic> Diagnostics => diagnostics ?? (IReadOnlyList<FeelDiagnostic>)[];

    /// <summary>Evaluates as this run; a limit reached is a diagnostic and null.</summary>
    public object? Guard(Site site, Func<object?> evaluate)
    {
        var outer = current;
        current = this;
        try
        {
            return evaluate();
        }
        catch (FeelLimitException limit)
        {
            return Fail(site, limit.Message);
        }
        finally
        {
            current = outer;
        }
    }

    public static void Charge(long steps) => current?.Step(steps);

    /// <summary>Whether further diagnostics are dropped, so that making their text would be wasted.</summary>
    public bool IsDeaf => diagnostics?.Count >= MaxDiagnostics;

    public object? Fail(Site site, string cause)
    {
        diagnostics ??= [];
        if (diagnostics.Count < MaxDiagnostics)
        {
            diagnostics.Add(new FeelDiagnostic(site.Text, site.Position, cause, site.Element));
        }

        return null;
    }

    public void Step(long count = 1)
    {
        steps += count;
        if (steps > Limits.MaxSteps)
        {
            throw new FeelLimitException($"The evaluation took more than {Limits.MaxSteps} steps and was stopped.");
        }
    }

    public void CheckList(long length)
    {
        Step(length);
        if (length > Limits.MaxListLength)
        {
            throw new FeelLimitException($"A list would grow beyond {Limits.MaxListLength} items.");
        }
    }

    public void CheckText(long length)
    {
        Step(length / 16);
        if (length > Limits.MaxStringLength)
        {
            throw new FeelLimitException($"A string would grow beyond {Limits.MaxStringLength} characters.");
        }
    }

    /// <summary>Charges for a value that is about to be worked on as a whole.</summary>
    public void Weigh(object? value)
    {
        switch (value)
        {
            case string { Length: > 256 } text:
                Step(text.Length >> 6);
                break;
            case IReadOnlyList<object?> { Count: > 16 } list:
                Step(list.Count >> 4);
                break;
            case FeelContext { Count: > 16 } context:
                Step(context.Count >> 4);
                break;
            default:
                break;
        }
    }

    public void Enter()
    {
        Step();
        if (++depth > Limits.MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new FeelLimitException($"Functions call each other deeper than {Math.Min(depth - 1, Limits.MaxDepth)} levels.");
        }
    }

    public void Leave() => depth--;
}

/// <summary>Stops an evaluation that reached a bound; caught where the evaluation started.</summary>
internal sealed class FeelLimitException : Exception
{
    public FeelLimitException(string message) : base(message)
    {
    }

    public FeelLimitException()
    {
    }

    public FeelLimitException(string message, Exception innerException) : base(message, innerException)
    {
    }
}

/// <summary>A place in an expression, for diagnostics.</summary>
internal sealed record Site(string Text, int Position, string? Element)
{
    public object? Fail(Frame frame, string cause) => frame.Run.Fail(this, cause);
}
