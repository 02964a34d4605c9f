namespace Orchestrator.Workflows.Feel.Compilation;

/// <summary>A compiled piece of an expression.</summary>
internal delegate object? FeelCode(Frame frame);

/// <summary>What a piece of compiled code runs on: the evaluation, the variables outside, and the slots of local names.</summary>
internal sealed class Frame(FeelRun run, IFeelScope scope, object?[] slots)
{
    public FeelRun Run { get; } = run;

    public IFeelScope Scope { get; } = scope;

    public object?[] Slots { get; } = slots;
}

/// <summary>Booleans boxed once.</summary>
internal static class Truth
{
    public static readonly object True = true;
    public static readonly object False = false;

    public static object From(bool value) => value ? True : False;

    public static object? From(bool? value) => value is { } known ? From(known) : null;
}
