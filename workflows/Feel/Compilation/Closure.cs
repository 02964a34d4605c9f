using Orchestrator.Workflows.Feel.Semantics;

namespace Orchestrator.Workflows.Feel.Compilation;

/// <summary>A function written in FEEL, with a copy of the local names it was made among.</summary>
internal sealed class Closure : FeelFunction
{
    private readonly FeelType[] types;
    private readonly int[] slots;
    private readonly FeelCode body;
    private readonly IFeelScope scope;
    private readonly object?[] captured;

    public Closure(string[] parameters, FeelType[] types, int[] slots, FeelCode body, Frame frame) : base("")
    {
        (Parameters, this.types, this.slots, this.body, scope) = (parameters, types, slots, body, frame.Scope);
        captured = (object?[])frame.Slots.Clone();
    }

    public override IReadOnlyList<string> Parameters { get; }

    public override FeelType Type => FeelType.FunctionOf(types, FeelType.Any);

    /// <summary>Makes the function see itself in a slot, so that a context's entry can be recursive.</summary>
    public void Know(int slot) => captured[slot] = this;

    internal override object? Call(Frame frame, object?[] arguments, string[]? names, Site site)
    {
        if (Arguments.InOrder(this, arguments, names, out var cause) is not { } ordered)
        {
            return site.Fail(frame, cause);
        }

        var locals = (object?[])captured.Clone();
        for (var i = 0; i < slots.Length; i++)
        {
            if (!Coercion.TryConvert(ordered[i], types[i], out locals[slots[i]]))
            {
                return site.Fail(frame, $"Parameter '{Parameters[i]}' must be a {types[i]}, not a {Describe.Kind(ordered[i])}.");
            }
        }

        frame.Run.Enter();
        var value = body(new Frame(frame.Run, scope, locals));
        frame.Run.Leave();
        return value;
    }
}
