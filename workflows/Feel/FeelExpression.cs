namespace Orchestrator.Workflows.Feel;

/// <summary>A FEEL text compiled once to delegates. Safe to evaluate from several threads at the same time.</summary>
public sealed class FeelExpression
{
    private FeelExpression(string text) => Text = text;

    public string Text { get; }

    /// <summary>The variables the expression reads from its scope.</summary>
    public IReadOnlyCollection<string> Names { get; } = [];

    /// <exception cref="FeelSyntaxException">The text is no FEEL expression.</exception>
    public static FeelExpression Compile(string text) => Compile(text, []);

    /// <summary>With the names that the scope will know: needed for names with spaces or operators in them.</summary>
    /// <exception cref="FeelSyntaxException">The text is no FEEL expression.</exception>
    public static FeelExpression Compile(string text, IEnumerable<string> knownNames) => new(text);

    /// <summary>
    /// Unary tests, as in a cell of a decision table (<c>&lt; 5, [10..20)</c> or <c>-</c>). The tested value is the
    /// variable <c>?</c> of the scope.
    /// </summary>
    /// <exception cref="FeelSyntaxException">The text is no list of unary tests.</exception>
    public static FeelExpression CompileUnaryTests(string text) => CompileUnaryTests(text, []);

    /// <inheritdoc cref="CompileUnaryTests(string)"/>
    public static FeelExpression CompileUnaryTests(string text, IEnumerable<string> knownNames) => new(text);

    /// <summary>Compiles, or gives the reason why not.</summary>
    public static bool TryCompile(string text, out FeelExpression? expression, out FeelSyntaxException? error)
    {
        try
        {
            (expression, error) = (Compile(text), null);
            return true;
        }
        catch (FeelSyntaxException syntax)
        {
            (expression, error) = (null, syntax);
            return false;
        }
    }

    /// <summary>Never throws for what the expression does: failures are null and a diagnostic.</summary>
    public FeelResult Evaluate(IFeelScope scope, FeelLimits? limits = null) => throw new NotImplementedException();

    public override string ToString() => Text;
}
