using Orchestrator.Workflows.Feel.Semantics;
using Orchestrator.Workflows.Feel.Syntax;

namespace Orchestrator.Workflows.Feel.Compilation;

internal sealed partial class Compiler
{
    // What a power costs beside an addition.
    private const int SlowOperation = 40;

    private FeelCode Negate(Expr.Negate negate)
    {
        var (operand, site) = (Compile(negate.Operand), At(negate));
        return frame => operand(frame) switch
        {
            (decimal or Decimal128) and var number => FeelNumber.Negate(number),
            DayTimeDuration duration => new DayTimeDuration(-duration.Nanoseconds),
            YearMonthDuration duration => new YearMonthDuration(-duration.TotalMonths),
            var other => site.Fail(frame, $"A {Describe.Kind(other)} has no negative."),
        };
    }

    private FeelCode Arithmetic(Expr.Arithmetic arithmetic)
    {
        var (left, right, site) = (Compile(arithmetic.Left), Compile(arithmetic.Right), At(arithmetic));
        return arithmetic.Operator switch
        {
            "+" => frame => Plus(frame, left(frame), right(frame), site),
            "-" => frame => Apply(frame, left(frame), right(frame), site, "-", Addition.Subtract),
            "*" => frame => Apply(frame, left(frame), right(frame), site, "*", Multiplication.Multiply),
            "/" => frame => Apply(frame, left(frame), right(frame), site, "/", Multiplication.Divide),
            _ => frame =>
            {
                frame.Run.Step(SlowOperation);
                return Apply(frame, left(frame), right(frame), site, "**", Raise);
            },
        };
    }

    private static object? Raise(object? left, object? right) =>
        FeelNumber.Is(left) && FeelNumber.Is(right) ? Powers.Raise(left!, right!) : null;

    private static object? Plus(Frame frame, object? left, object? right, Site site)
    {
        if (left is string first && right is string second)
        {
            frame.Run.CheckText((long)first.Length + second.Length);
        }

        return Apply(frame, left, right, site, "+", Addition.Add);
    }

    private static object? Apply(Frame frame, object? left, object? right, Site site, string symbol, Func<object?, object?, object?> apply)
    {
        if (apply(left, right) is { } value)
        {
            return value;
        }

        return site.Fail(frame, symbol == "/" && FeelNumber.Is(left) && right is 0m
            ? "Division by zero."
            : FeelNumber.Is(left) && FeelNumber.Is(right)
                ? $"'{symbol}' has no result in the range of numbers."
                : $"{Describe.Kind(left)} {symbol} {Describe.Kind(right)} is not defined{Describe.ZoneHint(left, right)}.");
    }

    private FeelCode Compare(Expr.Compare compare)
    {
        var (left, right, site, symbol) = (Compile(compare.Left), Compile(compare.Right), At(compare), compare.Operator);
        return symbol switch
        {
            "=" => frame => Comparable(frame, left(frame), right(frame), site, symbol, Equality.Equal),
            "!=" => frame => Comparable(frame, left(frame), right(frame), site, symbol, static (l, r) => !Equality.Equal(l, r)),
            "<" => frame => Comparable(frame, left(frame), right(frame), site, symbol, static (l, r) => Ordering.Compare(l, r) < 0 ? true : Ordered(l, r)),
            "<=" => frame => Comparable(frame, left(frame), right(frame), site, symbol, static (l, r) => Ordering.Satisfies(l, "<=", r)),
            ">" => frame => Comparable(frame, left(frame), right(frame), site, symbol, static (l, r) => Ordering.Compare(l, r) > 0 ? true : Ordered(l, r)),
            _ => frame => Comparable(frame, left(frame), right(frame), site, symbol, static (l, r) => Ordering.Satisfies(l, ">=", r)),
        };
    }

    private static bool? Ordered(object? left, object? right) => Ordering.Compare(left, right) is null ? null : false;

    private static object? Comparable(Frame frame, object? left, object? right, Site site, string symbol, Func<object?, object?, bool?> test) =>
        test(left, right) is { } known
            ? Truth.From(known)
            : site.Fail(frame, $"'{symbol}' cannot compare a {Describe.Kind(left)} with a {Describe.Kind(right)}{Describe.ZoneHint(left, right)}.");

    private FeelCode Between(Expr.Between between)
    {
        var (value, low, high, site) = (Compile(between.Value), Compile(between.Low), Compile(between.High), At(between));
        return frame =>
        {
            var (tested, from, to) = (value(frame), low(frame), high(frame));
            var above = Ordering.Satisfies(tested, ">=", from);
            var below = Ordering.Satisfies(tested, "<=", to);
            return above is null || below is null
                ? site.Fail(frame, $"'between' cannot compare a {Describe.Kind(tested)} with a {Describe.Kind(from)} and a {Describe.Kind(to)}.")
                : Truth.From(above.Value && below.Value);
        };
    }

    // Three-valued: false wins in "and", true wins in "or", else null if any operand is no boolean.
    private FeelCode Junction(Expr.Junction junction)
    {
        var (operands, decisive) = (CompileAll(junction.Operands), !junction.IsAnd);
        return frame =>
        {
            var known = true;
            foreach (var operand in operands)
            {
                if (operand(frame) is not bool value)
                {
                    known = false;
                }
                else if (value == decisive)
                {
                    return Truth.From(value);
                }
            }

            return known ? Truth.From(!decisive) : null;
        };
    }

    private FeelCode If(Expr.If choice)
    {
        var (condition, then, otherwise, site) = (Compile(choice.Condition), Compile(choice.Then), Compile(choice.Else), At(choice.Condition));
        return frame => condition(frame) switch
        {
            true => then(frame),
            false or null => otherwise(frame),
            var other => site.Fail(frame, $"The condition of 'if' is a {Describe.Kind(other)}, not a boolean."),
        };
    }

    private FeelCode InstanceOf(Expr.InstanceOf instance)
    {
        var (value, type, site) = (Compile(instance.Value), Types.Resolve(instance.Type, options.FindType), At(instance));
        return type is null
            ? frame => site.Fail(frame, "The type after 'instance of' is not known.")
            : frame => Truth.From(value(frame) is { } held ? type.Holds(held) : type.Kind == FeelKind.Null);
    }

    private FeelCode Range(Expr.Range range)
    {
        var (low, high, site) = (Compile(range.Low!), Compile(range.High!), At(range));
        return frame => Ranges.Create(low(frame), range.LowIncluded, high(frame), range.HighIncluded, out var cause) ?? site.Fail(frame, cause);
    }

    private FeelCode UnaryRange(Expr.Unary unary)
    {
        var (operand, site) = (Compile(unary.Operand), At(unary));
        return frame => Ranges.FromComparison(unary.Operator, operand(frame)) ?? site.Fail(frame, $"'{unary.Operator}' needs a value with an order.");
    }
}
