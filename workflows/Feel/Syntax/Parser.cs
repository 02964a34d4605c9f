namespace Orchestrator.Workflows.Feel.Syntax;

/// <summary>
/// Reads FEEL by recursive descent (DMN 1.5, 10.3.1.2). Nesting, the depth of the tree and the work spent on trying
/// alternatives are bounded: hostile input is refused, never followed.
/// </summary>
internal sealed partial class Parser
{
    private const int MaxNesting = 200;
    private const int MaxTreeDepth = 400;

    private static readonly string[] Keywords =
        ["and", "or", "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "between", "instance", "function", "external"];

    private readonly string text;
    private readonly IReadOnlyList<Token> tokens;
    private readonly NameTree variables;
    private readonly NameTree members;
    private readonly NameTree types;
    private int at;
    private int nesting;
    private int filters;
    private long effort;

    private Parser(string text, ParserNames names)
    {
        this.text = text;
        tokens = Lexer.Read(text);
        (variables, members, types) = (names.VariableTree.Extend(), names.MemberTree.Extend(), names.TypeTree);
    }

    public static Expr ParseExpression(string text, ParserNames names)
    {
        var parser = new Parser(text, names);
        var expression = parser.Expression();
        parser.ExpectEnd();
        return expression;
    }

    public static Expr ParseUnaryTests(string text, ParserNames names)
    {
        var parser = new Parser(text, names);
        var tests = parser.UnaryTests();
        parser.ExpectEnd();
        return tests;
    }

    private Token Current => tokens[at];

    private bool IsSymbol(string symbol) => Current.IsSymbol(symbol);

    private bool IsWord(string word) => Current.IsWord(word);

    private bool TakeSymbol(string symbol)
    {
        if (!IsSymbol(symbol))
        {
            return false;
        }

        at++;
        return true;
    }

    private bool TakeWord(string word)
    {
        if (!IsWord(word))
        {
            return false;
        }

        at++;
        return true;
    }

    private void ExpectSymbol(string symbol)
    {
        if (!TakeSymbol(symbol))
        {
            throw Unexpected($"'{symbol}'");
        }
    }

    // Between the items of a list: a comma that must be followed by another item, or the end.
    private bool EndsList(string end)
    {
        if (TakeSymbol(end))
        {
            return true;
        }

        ExpectSymbol(",");
        return IsSymbol(end) ? throw Unexpected("another item after ','") : false;
    }

    private void ExpectWord(string word)
    {
        if (!TakeWord(word))
        {
            throw Unexpected($"'{word}'");
        }
    }

    private void ExpectEnd()
    {
        if (Current.Kind != TokenKind.End)
        {
            throw Unexpected("the end of the expression");
        }
    }

    private FeelSyntaxException Unexpected(string expected) =>
        new(Current.Start, Current.Kind == TokenKind.End
            ? $"The expression ends where {expected} is expected."
            : $"Found '{text[Current.Start..Math.Min(Current.End, Current.Start + 40)]}' where {expected} is expected.");

    private static Expr Built(Expr expression)
    {
        if (expression.Depth > MaxTreeDepth)
        {
            throw new FeelSyntaxException(expression.Position, $"The expression is nested deeper than {MaxTreeDepth} levels.");
        }

        return expression;
    }

    // Trying alternatives costs extra reads of the same tokens; the limit stops inputs made to multiply them.
    private T Nested<T>(Func<T> read)
    {
        if (++nesting > MaxNesting)
        {
            throw new FeelSyntaxException(Current.Start, $"The expression is nested deeper than {MaxNesting} levels.");
        }

        if (++effort > 2_000 + tokens.Count * 40L)
        {
            throw new FeelSyntaxException(Current.Start, "The expression is too intricate to be read.");
        }

        try
        {
            return read();
        }
        finally
        {
            nesting--;
        }
    }

    private T? Attempt<T>(Func<T> read)
        where T : class
    {
        var (start, depth, openFilters) = (at, nesting, filters);
        try
        {
            return read();
        }
        catch (FeelSyntaxException) when (effort <= 2_000 + tokens.Count * 40L)
        {
            (at, nesting, filters) = (start, depth, openFilters);
            return null;
        }
    }
}
