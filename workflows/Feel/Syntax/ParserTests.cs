namespace Orchestrator.Workflows.Feel.Syntax;

internal sealed partial class Parser
{
    private Expr UnaryTests()
    {
        var position = Current.Start;
        if (IsSymbol("-") && tokens[at + 1].Kind == TokenKind.End)
        {
            at++;
            return new Expr.Tests(position, [], Negated: false);
        }

        if (IsWord("not") && tokens[at + 1].IsSymbol("(") && Attempt(NegatedTests) is { } negated)
        {
            return negated;
        }

        var tests = PositiveTests();
        return Built(new Expr.Tests(position, tests, Negated: false).Over([.. tests]));
    }

    // not(…) over the whole cell negates tests; with anything behind it, it is the function.
    private Expr NegatedTests()
    {
        var position = Current.Start;
        at += 2;
        var tests = PositiveTests();
        ExpectSymbol(")");
        ExpectEnd();
        return Built(new Expr.Tests(position, tests, Negated: true).Over([.. tests]));
    }

    private List<Expr> PositiveTests()
    {
        var tests = new List<Expr> { PositiveTest() };
        while (TakeSymbol(","))
        {
            tests.Add(PositiveTest());
        }

        return tests;
    }

    private Expr PositiveTest()
    {
        if (Current is not { Kind: TokenKind.Symbol, Value: "<" or "<=" or ">" or ">=" or "=" or "!=" } symbol)
        {
            return Expression();
        }

        at++;
        var operand = Nested(Additive);
        return Built(new Expr.Unary(symbol.Start, symbol.Value, operand).Over(operand));
    }

    // After "in": one test, or several between parentheses. A parenthesis may also open a range or group a value.
    private List<Expr> InTests()
    {
        if (IsSymbol("(") && Attempt(ParenthesisedTests) is { } tests)
        {
            return tests;
        }

        return Current is { Kind: TokenKind.Symbol, Value: "<" or "<=" or ">" or ">=" or "=" or "!=" } ? [PositiveTest()] : [Additive()];
    }

    private List<Expr> ParenthesisedTests()
    {
        ExpectSymbol("(");
        var tests = Nested(PositiveTests);
        ExpectSymbol(")");
        if (Current is { Kind: TokenKind.Symbol, Value: "." or "[" or "(" or "+" or "-" or "*" or "/" or "**" })
        {
            throw Unexpected("the end of the tests");
        }

        return tests;
    }
}
