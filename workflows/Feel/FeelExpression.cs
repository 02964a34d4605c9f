using Orchestrator.Workflows.Feel.Compilation;
using Orchestrator.Workflows.Feel.Syntax;

namespace Orchestrator.Workflows.Feel;

/// <summary>A FEEL text compiled once to delegates. Safe to evaluate from several threads at the same time.</summary>
public sealed class FeelExpression
{
    private readonly FeelCode code;
    private readonly int slotCount;
    private readonly bool isTests;
    private readonly Site site;

    private FeelExpression(string text, Expr tree, CompileOptions options, bool isTests)
    {
        var compiler = new Compiler(text, options);
        if (isTests)
        {
            compiler.Declare("?");
        }

        (Text, this.isTests, site) = (text, isTests, new Site(text, 0, options.Element));
        (code, slotCount, Names) = (compiler.Compile(tree), compiler.SlotCount, compiler.Free);
    }

    public string Text { get; }

    /// <summary>The variables the expression reads from its scope.</summary>
    public IReadOnlyCollection<string> Names { get; }

    /// <exception cref="FeelSyntaxException">The text is no FEEL expression.</exception>
    public static FeelExpression Compile(string text) => Compile(text, CompileOptions.None);

    /// <summary>With the names that the scope will know: needed for names with spaces or operators in them.</summary>
    /// <exception cref="FeelSyntaxException">The text is no FEEL expression.</exception>
    public static FeelExpression Compile(string text, IEnumerable<string> knownNames) => Compile(text, Knowing(knownNames));

    /// <summary>
    /// Unary tests, as in a cell of a decision table (<c>&lt; 5, [10..20)</c> or <c>-</c>). The tested value is the
    /// variable <c>?</c> of the scope.
    /// </summary>
    /// <exception cref="FeelSyntaxException">The text is no list of unary tests.</exception>
    public static FeelExpression CompileUnaryTests(string text) => CompileUnaryTests(text, CompileOptions.None);

    /// <inheritdoc cref="CompileUnaryTests(string)"/>
    public static FeelExpression CompileUnaryTests(string text, IEnumerable<string> knownNames) => CompileUnaryTests(text, Knowing(knownNames));

    /// <summary>Compiles, or gives the reason why not.</summary>
    public static bool TryCompile(string text, out FeelExpression? expression, out FeelSyntaxException? error) =>
        TryCompile(text, [], out expression, out error);

    /// <inheritdoc cref="TryCompile(string, out FeelExpression?, out FeelSyntaxException?)"/>
    public static bool TryCompile(string text, IEnumerable<string> knownNames, out FeelExpression? expression, out FeelSyntaxException? error)
    {
        try
        {
            (expression, error) = (Compile(text, knownNames), null);
            return true;
        }
        catch (FeelSyntaxException syntax)
        {
            (expression, error) = (null, syntax);
            return false;
        }
    }

    /// <summary>Never throws for what the expression does: failures are null and a diagnostic.</summary>
    public FeelResult Evaluate(IFeelScope scope, FeelLimits? limits = null)
    {
        var run = new FeelRun(limits ?? FeelLimits.Default);
        var value = run.Guard(site, () => Run(run, scope, isTests && scope.TryGet("?", out var tested) ? FeelValue.From(tested) : null));
        return new FeelResult(value, run.Diagnostics);
    }

    internal static FeelExpression Compile(string text, CompileOptions options) =>
        new(text, Parser.ParseExpression(text, options.Names), options, isTests: false);

    internal static FeelExpression CompileUnaryTests(string text, CompileOptions options) =>
        new(text, Parser.ParseUnaryTests(text, options.Names), options, isTests: true);

    /// <summary>Runs as a part of a larger evaluation, which catches the limits.</summary>
    internal object? Run(FeelRun run, IFeelScope scope, object? tested = null)
    {
        run.Step();
        var slots = slotCount == 0 ? [] : new object?[slotCount];
        if (isTests)
        {
            slots[0] = tested;
        }

        return code(new Frame(run, scope, slots));
    }

    /// <summary>How many slots a frame needs to run this expression in <see cref="RunIn"/>.</summary>
    internal int SlotCount => slotCount;

    /// <summary>Runs unary tests in a frame that other expressions use as well, one after the other.</summary>
    internal object? RunIn(Frame frame, object? tested)
    {
        frame.Run.Step();
        frame.Slots[0] = tested;
        return code(frame);
    }

    private static CompileOptions Knowing(IEnumerable<string> names)
    {
        var known = names.ToArray();
        return known.Length == 0 ? CompileOptions.None : new CompileOptions { Names = new ParserNames(known, known, []) };
    }

    public override string ToString() => Text;
}
