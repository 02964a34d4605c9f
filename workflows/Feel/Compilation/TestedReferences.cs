using Orchestrator.Workflows.Feel.Syntax;

namespace Orchestrator.Workflows.Feel.Compilation;

/// <summary>Whether a test names the tested value <c>?</c> itself, and so is a condition rather than a value to compare with.</summary>
internal static class TestedReferences
{
    public static bool In(Expr expression) => expression switch
    {
        Expr.Name name => name.Text == "?",
        Expr.Negate negate => In(negate.Operand),
        Expr.Arithmetic arithmetic => In(arithmetic.Left) || In(arithmetic.Right),
        Expr.Compare compare => In(compare.Left) || In(compare.Right),
        Expr.Junction junction => junction.Operands.Any(In),
        Expr.Between between => In(between.Value) || In(between.Low) || In(between.High),
        Expr.In member => In(member.Value) || member.Any.Any(In),
        Expr.If choice => In(choice.Condition) || In(choice.Then) || In(choice.Else),
        Expr.For loop => In(loop.Return) || loop.Iterators.Any(In),
        Expr.Quantified quantified => In(quantified.Satisfies) || quantified.Iterators.Any(In),
        Expr.Function function => In(function.Body),
        Expr.Call call => In(call.Callee) || call.Arguments.Any(In),
        Expr.Path path => In(path.Source),
        Expr.Filter filter => In(filter.Source) || In(filter.Condition),
        Expr.InstanceOf instance => In(instance.Value),
        Expr.List list => list.Items.Any(In),
        Expr.Context context => context.Entries.Any(entry => In(entry.Value)),
        Expr.Range range => In(range.Low!) || In(range.High!),
        Expr.Unary unary => In(unary.Operand),
        _ => false,
    };

    private static bool In(Expr.Iterator iterator) => In(iterator.From) || (iterator.To is { } to && In(to));
}
