namespace Orchestrator.Workflows.Feel.Syntax;

/// <summary>The syntax tree. A closed family: what the parser builds and the compiler turns into delegates.</summary>
internal abstract record Expr(int Position)
{
    /// <summary>How deep the tree below is; bounded by the parser so that nothing that walks it can overflow the stack.</summary>
    public int Depth { get; private init; } = 1;

    internal sealed record Literal(int Position, object? Value) : Expr(Position);

    internal sealed record At(int Position, string Text) : Expr(Position);

    internal sealed record Name(int Position, string Text) : Expr(Position);

    internal sealed record Negate(int Position, Expr Operand) : Expr(Position);

    internal sealed record Arithmetic(int Position, string Operator, Expr Left, Expr Right) : Expr(Position);

    internal sealed record Compare(int Position, string Operator, Expr Left, Expr Right) : Expr(Position);

    internal sealed record Junction(int Position, bool IsAnd, IReadOnlyList<Expr> Operands) : Expr(Position);

    internal sealed record Between(int Position, Expr Value, Expr Low, Expr High) : Expr(Position);

    internal sealed record In(int Position, Expr Value, IReadOnlyList<Expr> Any) : Expr(Position);

    internal sealed record If(int Position, Expr Condition, Expr Then, Expr Else) : Expr(Position);

    internal sealed record For(int Position, IReadOnlyList<Iterator> Iterators, Expr Return) : Expr(Position);

    internal sealed record Quantified(int Position, bool IsEvery, IReadOnlyList<Iterator> Iterators, Expr Satisfies) : Expr(Position);

    internal sealed record Function(int Position, IReadOnlyList<Parameter> Parameters, Expr Body, bool IsExternal) : Expr(Position);

    internal sealed record Call(int Position, Expr Callee, IReadOnlyList<Expr> Arguments, IReadOnlyList<string>? Names) : Expr(Position);

    internal sealed record Path(int Position, Expr Source, string Member) : Expr(Position);

    internal sealed record Filter(int Position, Expr Source, Expr Condition) : Expr(Position);

    internal sealed record InstanceOf(int Position, Expr Value, TypeExpr Type) : Expr(Position);

    internal sealed record List(int Position, IReadOnlyList<Expr> Items) : Expr(Position);

    internal sealed record Context(int Position, IReadOnlyList<Entry> Entries) : Expr(Position);

    internal sealed record Range(int Position, Expr? Low, bool LowIncluded, Expr? High, bool HighIncluded) : Expr(Position);

    /// <summary>A comparison without its left side, as in <c>&lt; 5</c>.</summary>
    internal sealed record Unary(int Position, string Operator, Expr Operand) : Expr(Position);

    /// <summary>A list of unary tests over the variable <c>?</c>; no tests at all accept everything.</summary>
    internal sealed record Tests(int Position, IReadOnlyList<Expr> Any, bool Negated) : Expr(Position);

    internal sealed record Iterator(string Name, Expr From, Expr? To);

    internal sealed record Parameter(string Name, TypeExpr? Type);

    internal sealed record Entry(string Name, Expr Value);

    /// <summary>A copy that knows how deep its children reach.</summary>
    internal Expr Over(params ReadOnlySpan<Expr?> children)
    {
        var deepest = 0;
        foreach (var child in children)
        {
            deepest = Math.Max(deepest, child?.Depth ?? 0);
        }

        return this with { Depth = deepest + 1 };
    }
}

internal abstract record TypeExpr
{
    internal sealed record Named(string Name, int Position) : TypeExpr;

    internal sealed record ListOf(TypeExpr Element) : TypeExpr;

    internal sealed record RangeOf(TypeExpr Element) : TypeExpr;

    internal sealed record ContextOf(IReadOnlyList<KeyValuePair<string, TypeExpr>> Fields) : TypeExpr;

    internal sealed record FunctionOf(IReadOnlyList<TypeExpr> Parameters, TypeExpr Result) : TypeExpr;
}
