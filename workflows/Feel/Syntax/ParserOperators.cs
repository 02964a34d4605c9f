namespace Orchestrator.Workflows.Feel.Syntax;

internal sealed partial class Parser
{
    private Expr Expression() => Nested(() => Current switch
    {
        { Kind: TokenKind.Name, Value: "for" } when !IsKnownName() => For(),
        { Kind: TokenKind.Name, Value: "if" } when !IsKnownName() => If(),
        { Kind: TokenKind.Name, Value: "some" or "every" } when !IsKnownName() => Quantified(),
        _ => Junction(isAnd: false),
    });

    private bool IsKnownName() => KnownName().Length > 1;

    // Inside a filter the members of the items are names as well.
    private (string? Name, int Length) KnownName()
    {
        var variable = variables.Match(tokens, at);
        return filters > 0 && members.Match(tokens, at) is var member && member.Length > variable.Length ? member : variable;
    }

    private Expr Junction(bool isAnd)
    {
        var position = Current.Start;
        var first = isAnd ? Comparison() : Junction(isAnd: true);
        var word = isAnd ? "and" : "or";
        if (!IsWord(word))
        {
            return first;
        }

        var operands = new List<Expr> { first };
        while (TakeWord(word))
        {
            operands.Add(isAnd ? Comparison() : Junction(isAnd: true));
        }

        return Built(new Expr.Junction(position, isAnd, operands).Over([.. operands]));
    }

    private Expr Comparison()
    {
        var left = Additive();
        while (true)
        {
            var position = Current.Start;
            if (Current is { Kind: TokenKind.Symbol, Value: "=" or "!=" or "<" or "<=" or ">" or ">=" } symbol)
            {
                at++;
                var right = Additive();
                left = Built(new Expr.Compare(position, symbol.Value, left, right).Over(left, right));
            }
            else if (TakeWord("between"))
            {
                var low = Additive();
                ExpectWord("and");
                var high = Additive();
                left = Built(new Expr.Between(position, left, low, high).Over(left, low, high));
            }
            else if (TakeWord("in"))
            {
                var tests = InTests();
                left = Built(new Expr.In(position, left, tests).Over([left, .. tests]));
            }
            else
            {
                return left;
            }
        }
    }

    private Expr Additive()
    {
        var left = Multiplicative();
        while (Current is { Kind: TokenKind.Symbol, Value: "+" or "-" } symbol)
        {
            at++;
            var right = Multiplicative();
            left = Built(new Expr.Arithmetic(symbol.Start, symbol.Value, left, right).Over(left, right));
        }

        return left;
    }

    private Expr Multiplicative()
    {
        var left = Power();
        while (Current is { Kind: TokenKind.Symbol, Value: "*" or "/" } symbol)
        {
            at++;
            var right = Power();
            left = Built(new Expr.Arithmetic(symbol.Start, symbol.Value, left, right).Over(left, right));
        }

        return left;
    }

    private Expr Power()
    {
        var left = Negation();
        while (Current is { Kind: TokenKind.Symbol, Value: "**" } symbol)
        {
            at++;
            var right = Negation();
            left = Built(new Expr.Arithmetic(symbol.Start, "**", left, right).Over(left, right));
        }

        return left;
    }

    private Expr Negation()
    {
        if (!IsSymbol("-"))
        {
            return Instance();
        }

        var position = Current.Start;
        at++;
        return Nested(() =>
        {
            var operand = Negation();
            return operand is Expr.Literal { Value: { } number } && FeelNumber.Is(number)
                ? new Expr.Literal(position, FeelNumber.Negate(number))
                : Built(new Expr.Negate(position, operand).Over(operand));
        });
    }

    private Expr Instance()
    {
        var value = Postfix();
        while (IsWord("instance") && tokens[at + 1].IsWord("of"))
        {
            var position = Current.Start;
            at += 2;
            value = Built(new Expr.InstanceOf(position, value, Type()).Over(value));
        }

        return value;
    }
}
