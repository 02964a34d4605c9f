using Orchestrator.Workflows.Feel.Syntax;

namespace Orchestrator.Workflows.Feel.Compilation;

/// <summary>Turns a syntax tree into delegates. Local names become slots of the frame; the others are read from the scope.</summary>
internal sealed partial class Compiler(string text, CompileOptions options)
{
    private readonly List<NameScope> scopes = [];
    private readonly HashSet<string> free = new(StringComparer.Ordinal);

    public int SlotCount { get; private set; }

    public IReadOnlyCollection<string> Free => free;

    /// <summary>Reserves a slot for a name that is known before the expression, such as <c>?</c>.</summary>
    public int Declare(string name)
    {
        var slot = SlotCount++;
        scopes.Add(new NameScope.Local(name, slot));
        return slot;
    }

    public FeelCode Compile(Expr expression) => expression switch
    {
        Expr.Literal literal => Literal(literal),
        Expr.At at => AtLiteral(at),
        Expr.Name name => Name(name, isCalled: false),
        Expr.Negate negate => Negate(negate),
        Expr.Arithmetic arithmetic => Arithmetic(arithmetic),
        Expr.Compare compare => Compare(compare),
        Expr.Junction junction => Junction(junction),
        Expr.Between between => Between(between),
        Expr.In member => In(member),
        Expr.If choice => If(choice),
        Expr.For loop => For(loop),
        Expr.Quantified quantified => Quantified(quantified),
        Expr.Function function => Function(function),
        Expr.Call call => Call(call),
        Expr.Path path => Path(path),
        Expr.Filter filter => Filter(filter),
        Expr.InstanceOf instance => InstanceOf(instance),
        Expr.List list => List(list),
        Expr.Context context => Context(context),
        Expr.Range range => Range(range),
        Expr.Unary unary => UnaryRange(unary),
        Expr.Tests tests => Tests(tests),
        _ => throw new InvalidOperationException($"No code for {expression.GetType().Name}."),
    };

    private FeelCode[] CompileAll(IEnumerable<Expr> expressions) => [.. expressions.Select(Compile)];

    private Site At(Expr expression) => new(text, expression.Position, options.Element);

    private static FeelCode Literal(Expr.Literal literal)
    {
        var value = literal.Value is bool flag ? Truth.From(flag) : literal.Value;
        return _ => value;
    }

    private FeelCode AtLiteral(Expr.At at)
    {
        var value = FeelDateTimeLiteral.Parse(at.Text);
        if (value is not null)
        {
            return _ => value;
        }

        var site = At(at);
        return frame => site.Fail(frame, $"'{at.Text}' is no date, time or duration.");
    }

    // Innermost level first: slots are known now, members of a filter's item only when it runs.
    private FeelCode Name(Expr.Name name, bool isCalled)
    {
        var items = new List<int>();
        for (var i = scopes.Count - 1; i >= 0; i--)
        {
            switch (scopes[i])
            {
                case NameScope.Item item:
                    items.Add(item.Slot);
                    break;
                case NameScope.Local local when local.Name == name.Text:
                    return Through(items, name.Text, frame => frame.Slots[local.Slot]);
                default:
                    break;
            }
        }

        if (items.Count == 0 || !BuiltIns.Names.Contains(name.Text))
        {
            free.Add(name.Text);
        }

        return Through(items, name.Text, Global(name, isCalled));
    }

    // A name that is called is reported by the call.
    private FeelCode Global(Expr.Name name, bool isCalled)
    {
        var (site, text) = (At(name), name.Text);
        var function = BuiltIns.Find(text);
        if (function is not null)
        {
            free.Remove(text);
        }

        return frame =>
        {
            if (frame.Scope.TryGet(text, out var value))
            {
                value = FeelValue.From(value);
                frame.Run.Weigh(value);
                return value;
            }

            return function ?? (isCalled ? null : site.Fail(frame, $"There is no variable '{text}'."));
        };
    }

    private static FeelCode Through(List<int> items, string member, FeelCode otherwise)
    {
        if (items.Count == 0)
        {
            return otherwise;
        }

        var slots = items.ToArray();
        return frame =>
        {
            foreach (var slot in slots)
            {
                if (frame.Slots[slot] is FeelContext context && context.TryGetValue(member, out var found))
                {
                    return found;
                }
            }

            return otherwise(frame);
        };
    }

    private void Leave(int scopeCount) => scopes.RemoveRange(scopeCount, scopes.Count - scopeCount);
}
