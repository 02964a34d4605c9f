namespace Orchestrator.Workflows.Feel.Syntax;

internal sealed partial class Parser
{
    private Expr Call(Expr callee)
    {
        var position = callee.Position;
        ExpectSymbol("(");
        if (TakeSymbol(")"))
        {
            return Built(new Expr.Call(position, callee, [], null).Over(callee));
        }

        var arguments = new List<Expr>();
        var names = IsNamedArgument() ? new List<string>() : null;
        do
        {
            if (names is not null)
            {
                names.Add(NameUntil(token => token.IsSymbol(":")));
                ExpectSymbol(":");
            }

            arguments.Add(Argument());
        }
        while (TakeSymbol(","));
        ExpectSymbol(")");
        return Built(new Expr.Call(position, callee, arguments, names).Over([callee, .. arguments]));
    }

    private Expr Argument() =>
        Current is { Kind: TokenKind.Symbol, Value: "<" or "<=" or ">" or ">=" } ? PositiveTest() : Expression();

    // A colon after a run of plain tokens can only belong to an argument's name.
    private bool IsNamedArgument()
    {
        if (Current.Kind != TokenKind.Name)
        {
            return false;
        }

        var ahead = at + 1;
        while (tokens[ahead].Kind is TokenKind.Name or TokenKind.Number || (tokens[ahead].Kind == TokenKind.Symbol && tokens[ahead].Value is "-" or "'" or "." or "/" or "+" or "*"))
        {
            ahead++;
        }

        return tokens[ahead].IsSymbol(":");
    }

    private TypeExpr Type() => Nested<TypeExpr>(() =>
    {
        var position = Current.Start;
        if (Current.Kind != TokenKind.Name)
        {
            throw Unexpected("a type");
        }

        var generic = tokens[at + 1].IsSymbol("<");
        return Current.Value switch
        {
            "list" when generic => new TypeExpr.ListOf(TypeArgument()),
            "range" when generic => new TypeExpr.RangeOf(TypeArgument()),
            "context" when generic => ContextType(),
            "function" when generic => FunctionType(),
            _ => new TypeExpr.Named(TypeName(), position),
        };
    });

    private string TypeName()
    {
        var name = TakeName(types);
        while (IsSymbol(".") && tokens[at + 1].Kind == TokenKind.Name)
        {
            at++;
            name += "." + TakeName(types);
        }

        return name;
    }

    private TypeExpr TypeArgument()
    {
        at += 2;
        var element = Type();
        ExpectSymbol(">");
        return element;
    }

    private TypeExpr.ContextOf ContextType()
    {
        at += 2;
        var fields = new List<KeyValuePair<string, TypeExpr>>();
        var ended = TakeSymbol(">");
        while (!ended)
        {
            var name = NameUntil(token => token.IsSymbol(":"));
            ExpectSymbol(":");
            fields.Add(KeyValuePair.Create(name, Type()));
            ended = EndsList(">");
        }

        return new TypeExpr.ContextOf(fields);
    }

    private TypeExpr.FunctionOf FunctionType()
    {
        at += 2;
        var parameters = new List<TypeExpr>();
        var ended = TakeSymbol(">");
        while (!ended)
        {
            parameters.Add(Type());
            ended = EndsList(">");
        }

        ExpectSymbol("-");
        ExpectSymbol(">");
        return new TypeExpr.FunctionOf(parameters, Type());
    }
}
