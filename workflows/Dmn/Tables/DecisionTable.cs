using Orchestrator.Workflows.Dmn.Expressions;
using Orchestrator.Workflows.Dmn.Types;
using Orchestrator.Workflows.Feel;
using Orchestrator.Workflows.Feel.Compilation;

namespace Orchestrator.Workflows.Dmn.Tables;

/// <summary>A column of conditions.</summary>
/// <param name="Allowed">Tests that an input must pass before any rule is tried; null for none.</param>
internal sealed record TableInput(string Text, Boxed Value, DmnType Type, FeelExpression? Allowed);

/// <summary>A column of results.</summary>
/// <param name="Default">Its output where no rule matches; null for none.</param>
internal sealed record TableOutput(string? Name, DmnType Type, IReadOnlyList<object?> Priorities, Boxed? Default);

/// <summary>A row. A test that is null accepts every input.</summary>
internal sealed record TableRule(string? Id, FeelExpression?[] Tests, Boxed[] Outputs, IReadOnlyDictionary<string, string> Annotations);

/// <summary>A compiled decision table.</summary>
internal sealed class DecisionTable(
    string owner, HitPolicy policy, IReadOnlyList<TableInput> inputs, IReadOnlyList<TableOutput> outputs, IReadOnlyList<TableRule> rules) : Boxed
{
    private readonly Site site = new(owner, 0, owner);
    private readonly string?[] names = [.. outputs.Select(output => output.Name)];
    private readonly IReadOnlyList<object?>[] priorities = [.. outputs.Select(output => output.Priorities)];
    private readonly int slotCount = rules.SelectMany(rule => rule.Tests).Max(test => test?.SlotCount) ?? 0;

    public override object? Evaluate(FeelRun run, IFeelScope scope)
    {
        var tested = new object?[inputs.Count];
        for (var i = 0; i < tested.Length; i++)
        {
            var input = inputs[i];
            tested[i] = input.Type.Accept(input.Value.Evaluate(run, scope), run, site);
            if (input.Allowed is not null && tested[i] is not null && input.Allowed.Run(run, scope, tested[i]) is not true)
            {
                return run.Fail(site, $"The input '{input.Text}' is not among the allowed values {input.Allowed.Text}.");
            }
        }

        var matches = Match(run, scope, tested);
        if (matches.Count == 0)
        {
            return Default(run, scope);
        }

        return policy.Decide(matches, new TableRun(run, site, names, priorities));
    }

    private List<RuleMatch> Match(FeelRun run, IFeelScope scope, object?[] tested)
    {
        var matches = new List<RuleMatch>();
        var frame = new Frame(run, scope, new object?[slotCount]);
        for (var i = 0; i < rules.Count; i++)
        {
            if (!Matches(rules[i], tested, frame))
            {
                continue;
            }

            matches.Add(new RuleMatch(i + 1, Outputs(run, scope, rules[i].Outputs)));
            run.Matched?.Add(Evidence(i, tested));
            if (policy.StopsAtFirst)
            {
                break;
            }
        }

        return matches;
    }

    private static bool Matches(TableRule rule, object?[] tested, Frame frame)
    {
        var tests = rule.Tests;
        for (var i = 0; i < tests.Length; i++)
        {
            if (tests[i] is { } test && test.RunIn(frame, tested[i]) is not true)
            {
                return false;
            }
        }

        return true;
    }

    private object?[] Outputs(FeelRun run, IFeelScope scope, Boxed[] entries)
    {
        var values = new object?[entries.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = outputs[i].Type.Accept(entries[i].Evaluate(run, scope), run, site);
        }

        return values;
    }

    private object? Default(FeelRun run, IFeelScope scope)
    {
        if (outputs.All(output => output.Default is null))
        {
            return policy.Empty ?? run.Fail(site, "No rule matches and there is no default output.");
        }

        var values = outputs.Select(output => output.Type.Accept(output.Default?.Evaluate(run, scope), run, site)).ToArray();
        return new TableRun(run, site, names, priorities).Value(values);
    }

    private MatchedRule Evidence(int index, object?[] tested)
    {
        var values = new Dictionary<string, object?>(tested.Length, StringComparer.Ordinal);
        for (var i = 0; i < tested.Length; i++)
        {
            values[inputs[i].Text] = tested[i];
        }

        return new MatchedRule(owner, index + 1, rules[index].Id, rules[index].Annotations, values);
    }
}
