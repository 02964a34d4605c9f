using Orchestrator.Workflows.Feel.Semantics;
using Orchestrator.Workflows.Feel.Syntax;

namespace Orchestrator.Workflows.Feel.Compilation;

/// <summary>A test of the value in a slot; null where it cannot be told.</summary>
internal delegate bool? FeelTest(Frame frame, object? tested);

internal sealed partial class Compiler
{
    private const string Tested = "?";

    private FeelCode In(Expr.In member)
    {
        var (value, scopeCount) = (Compile(member.Value), scopes.Count);
        var (slot, site) = (Declare(Tested), At(member));
        var tests = member.Any.Select(test => Test(test)).ToArray();
        Leave(scopeCount);
        return frame =>
        {
            var tested = value(frame);
            frame.Slots[slot] = tested;
            return Any(frame, tested, tests) is { } known
                ? Truth.From(known)
                : site.Fail(frame, $"'in' cannot compare a {Describe.Kind(tested)} with the tests.");
        };
    }

    private FeelCode Tests(Expr.Tests tests)
    {
        var slot = scopes.OfType<NameScope.Local>().First(local => local.Name == Tested).Slot;
        var any = tests.Any.Select(test => Test(test)).ToArray();
        return any.Length == 0
            ? _ => Truth.True
            : tests.Negated
                ? frame => Truth.From(!Any(frame, frame.Slots[slot], any))
                : frame => Truth.From(Any(frame, frame.Slots[slot], any));
    }

    private static bool? Any(Frame frame, object? tested, FeelTest[] tests)
    {
        var known = true;
        foreach (var test in tests)
        {
            switch (test(frame, tested))
            {
                case true:
                    return true;
                case null:
                    known = false;
                    break;
                default:
                    break;
            }
        }

        return known ? false : null;
    }

    private FeelTest Test(Expr test)
    {
        if (test is Expr.Unary unary)
        {
            var operand = Compile(unary.Operand);
            return (frame, tested) => Ordering.Satisfies(tested, unary.Operator, operand(frame));
        }

        if (test is Expr.Range range && range is { Low: Expr.Literal { Value: not null } low, High: Expr.Literal { Value: not null } high })
        {
            var constant = Ranges.Create(low.Value, range.LowIncluded, high.Value, range.HighIncluded, out _);
            return constant is null ? static (_, _) => null : (_, tested) => Membership.In(tested, constant);
        }

        var code = Compile(test);
        if (TestedReferences.In(test))
        {
            return (frame, _) => code(frame) as bool?;
        }

        var isCondition = test is Expr.Compare or Expr.Junction or Expr.Between or Expr.In or Expr.Quantified or Expr.InstanceOf;
        return (frame, tested) =>
        {
            var value = code(frame);
            return value is bool flag && (isCondition || tested is not bool) ? isCondition || tested is not null ? flag : null : Membership.In(tested, value);
        };
    }
}
