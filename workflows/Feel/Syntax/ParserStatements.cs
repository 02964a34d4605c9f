namespace Orchestrator.Workflows.Feel.Syntax;

internal sealed partial class Parser
{
    private Expr If()
    {
        var position = Current.Start;
        ExpectWord("if");
        var condition = Expression();
        ExpectWord("then");
        var then = Expression();
        ExpectWord("else");
        var otherwise = Expression();
        return Built(new Expr.If(position, condition, then, otherwise).Over(condition, then, otherwise));
    }

    private Expr For()
    {
        var position = Current.Start;
        ExpectWord("for");
        var iterators = Iterators();
        ExpectWord("return");
        variables.Add("partial");
        var result = Expression();
        return Built(new Expr.For(position, iterators, result).Over([result, .. iterators.Select(each => each.From), .. iterators.Select(each => each.To)]));
    }

    private Expr Quantified()
    {
        var position = Current.Start;
        var isEvery = Current.Value == "every";
        at++;
        var iterators = Iterators();
        ExpectWord("satisfies");
        var condition = Expression();
        return Built(new Expr.Quantified(position, isEvery, iterators, condition).Over([condition, .. iterators.Select(each => each.From), .. iterators.Select(each => each.To)]));
    }

    private List<Expr.Iterator> Iterators()
    {
        var iterators = new List<Expr.Iterator>();
        do
        {
            var name = NameUntil(token => token.IsWord("in"));
            ExpectWord("in");
            var from = Expression();
            var to = TakeSymbol("..") ? Expression() : null;
            variables.Add(name);
            iterators.Add(new Expr.Iterator(name, from, to));
        }
        while (TakeSymbol(","));
        return iterators;
    }

    private Expr Function()
    {
        var position = Current.Start;
        ExpectWord("function");
        ExpectSymbol("(");
        var parameters = new List<Expr.Parameter>();
        var ended = TakeSymbol(")");
        while (!ended)
        {
            var name = NameUntil(token => token.Kind == TokenKind.Symbol && token.Value is ":" or "," or ")");
            variables.Add(name);
            parameters.Add(new Expr.Parameter(name, TakeSymbol(":") ? Type() : null));
            ended = EndsList(")");
        }

        var isExternal = TakeWord("external");
        var body = Expression();
        return Built(new Expr.Function(position, parameters, body, isExternal).Over(body));
    }

    // A name being introduced: every token up to the one that ends it, white space made single.
    private string NameUntil(Func<Token, bool> end)
    {
        var first = at;
        while (Current.Kind is TokenKind.Name or TokenKind.Number || (Current.Kind == TokenKind.Symbol && Current.Value is "." or "/" or "-" or "'" or "+" or "*"))
        {
            if (at > first && end(Current))
            {
                break;
            }

            at++;
        }

        if (at == first || tokens[first].Kind != TokenKind.Name || !end(Current))
        {
            throw Unexpected("a name");
        }

        return Joined(first, at);
    }

    private string Joined(int first, int end) =>
        string.Join(' ', text[tokens[first].Start..tokens[end - 1].End].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
