namespace Orchestrator.Workflows.Feel.Syntax;

internal sealed partial class Parser
{
    private Expr Postfix()
    {
        var value = Primary();
        while (true)
        {
            var position = Current.Start;
            if (IsSymbol(".") && tokens[at + 1].Kind == TokenKind.Name)
            {
                at++;
                value = Built(new Expr.Path(position, value, TakeName(members)).Over(value));
            }
            else if (IsSymbol("(") && IsCallable(value))
            {
                value = Call(value);
            }
            else if (IsSymbol("[") && Attempt(FilterCondition) is { } condition)
            {
                value = Built(new Expr.Filter(position, value, condition).Over(value, condition));
            }
            else
            {
                return value;
            }
        }
    }

    private static bool IsCallable(Expr value) => value is Expr.Name or Expr.Path or Expr.Function or Expr.Call or Expr.Filter or Expr.If or Expr.Literal { Value: null };

    // Where this fails the bracket may close a range: ]1..5[
    private Expr FilterCondition()
    {
        ExpectSymbol("[");
        filters++;
        try
        {
            return Condition();
        }
        finally
        {
            filters--;
        }
    }

    private Expr Condition()
    {
        var condition = Current is { Kind: TokenKind.Symbol, Value: "<" or "<=" or ">" or ">=" } ? PositiveTest() : Expression();
        ExpectSymbol("]");
        return condition;
    }

    private Expr Primary()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.Number:
                at++;
                return new Expr.Literal(token.Start, FeelNumber.Parse(token.Value));
            case TokenKind.Text:
                at++;
                return new Expr.Literal(token.Start, token.Value);
            case TokenKind.Name:
                return NamePrimary(token);
            case TokenKind.Symbol:
                return SymbolPrimary(token);
            default:
                throw Unexpected("an expression");
        }
    }

    private Expr NamePrimary(Token token)
    {
        if (IsKnownName())
        {
            return new Expr.Name(token.Start, TakeVariable());
        }

        switch (token.Value)
        {
            case "true" or "false":
                at++;
                return new Expr.Literal(token.Start, token.Value == "true");
            case "null":
                at++;
                return new Expr.Literal(token.Start, null);
            case "function" when tokens[at + 1].IsSymbol("("):
                return Nested(Function);
            case "for" or "if" or "some" or "every":
                return Expression();
            case var word when Keywords.Contains(word):
                throw Unexpected("an expression");
            default:
                return new Expr.Name(token.Start, TakeVariable());
        }
    }

    private string TakeVariable()
    {
        var (name, length) = KnownName();
        at += Math.Max(length, 1);
        return name ?? tokens[at - 1].Value;
    }

    private string TakeName(NameTree known)
    {
        var (name, length) = known.Match(tokens, at);
        if (name is null)
        {
            return tokens[at++].Value;
        }

        at += length;
        return name;
    }

    private Expr SymbolPrimary(Token token) => token.Value switch
    {
        "(" => Nested(Parenthesis),
        "[" => Nested(ListOrRange),
        "]" => Nested(RangeFromOutside),
        "{" => Nested(Context),
        "@" => At(),
        _ => throw Unexpected("an expression"),
    };

    private Expr.At At()
    {
        var position = Current.Start;
        at++;
        if (Current.Kind != TokenKind.Text)
        {
            throw Unexpected("a string after '@'");
        }

        return new Expr.At(position, tokens[at++].Value);
    }

    // ( e ), ( e .. e ] or ( < e ), which is a range without its other bound.
    private Expr Parenthesis()
    {
        var position = Current.Start;
        ExpectSymbol("(");
        if (Current is { Kind: TokenKind.Symbol, Value: "<" or "<=" or ">" or ">=" or "=" or "!=" })
        {
            var test = PositiveTest();
            ExpectSymbol(")");
            return test;
        }

        var first = Expression();
        if (TakeSymbol(".."))
        {
            return RangeEnd(position, first, lowIncluded: false);
        }

        ExpectSymbol(")");
        return first;
    }

    private Expr RangeFromOutside()
    {
        var position = Current.Start;
        ExpectSymbol("]");
        var low = Expression();
        ExpectSymbol("..");
        return RangeEnd(position, low, lowIncluded: false);
    }

    private Expr ListOrRange()
    {
        var position = Current.Start;
        ExpectSymbol("[");
        var items = new List<Expr>();
        var ended = TakeSymbol("]");
        while (!ended)
        {
            items.Add(PositiveTest());
            if (items.Count == 1 && TakeSymbol(".."))
            {
                return RangeEnd(position, items[0], lowIncluded: true);
            }

            ended = EndsList("]");
        }

        return Built(new Expr.List(position, items).Over([.. items]));
    }

    private Expr RangeEnd(int position, Expr low, bool lowIncluded)
    {
        var high = Expression();
        var included = TakeSymbol("]");
        if (!included && !TakeSymbol(")") && !TakeSymbol("["))
        {
            throw Unexpected("the end of the range");
        }

        return Built(new Expr.Range(position, low, lowIncluded, high, included).Over(low, high));
    }

    private Expr Context()
    {
        var position = Current.Start;
        ExpectSymbol("{");
        var entries = new List<Expr.Entry>();
        var ended = TakeSymbol("}");
        while (!ended)
        {
            var name = Current.Kind == TokenKind.Text ? tokens[at++].Value : NameUntil(token => token.IsSymbol(":"));
            ExpectSymbol(":");
            entries.Add(new Expr.Entry(name, Expression()));
            variables.Add(name);
            members.Add(name);
            ended = EndsList("}");
        }

        return Built(new Expr.Context(position, entries).Over([.. entries.Select(entry => entry.Value)]));
    }
}
