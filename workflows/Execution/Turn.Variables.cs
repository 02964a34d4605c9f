using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.State;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Workflows.Execution;

/// <summary>Variables: each node may have locals; reading walks outwards to the process, writing goes to the nearest that has the name.</summary>
internal sealed partial class Turn
{
    private bool variablesChanged;

    internal bool TryGet(Node? node, string name, out object? value)
    {
        while (node is not null)
        {
            if (node.Locals is { } locals && locals.TryGetValue(name, out value))
                return true;
            if (node.Loop is { } loop && LoopVariable(loop, name) is { } number)
            {
                value = number;
                return true;
            }
            node = node.IsIsolated ? null : Find(node.Parent);
        }
        value = null;
        return false;
    }

    /// <summary>Everything that a node can see, inner values first.</summary>
    internal Variables Visible(Node? node)
    {
        var result = Variables.None;
        for (; node is not null; node = node.IsIsolated ? null : Find(node.Parent))
        {
            if (node.Locals is { } locals)
                result = locals.With(result);
        }
        return result;
    }

    internal void SetNearest(Node from, Variables values)
    {
        foreach (var (name, value) in values)
            SetNearest(from, name, value);
    }

    internal void SetNearest(Node from, string name, object? value)
    {
        var node = from;
        while (node.Kind != NodeKind.Process && node.Locals?.ContainsKey(name) != true)
            node = ParentOf(node);
        SetLocal(node, name, value);
    }

    internal void SetLocal(Node node, string name, object? value)
    {
        node.Locals = (node.Locals ?? Variables.None).With(name, value);
        variablesChanged = true;
    }

    internal object? Evaluate(Node node, Expression expression) =>
        expression.Evaluate(new NodeScope(this, node), Limits).Value;

    internal object? Evaluate(Node node, TextOrExpression? value) =>
        value is null ? null : value.Literal ?? Evaluate(node, value.Expression!);

    /// <summary>A text that must be there, or an incident that says what gave none.</summary>
    internal string EvaluateText(Node node, TextOrExpression value, string what) =>
        value.Literal ?? (Evaluate(node, value.Expression!) switch
        {
            string text when text.Length > 0 => text,
            decimal number => VariableValues.Write(number),
            _ => throw NoValue(node, value.Expression!, what),
        });

    /// <summary>True or false; a null never decides, it becomes an incident.</summary>
    internal bool EvaluateCondition(Node node, Expression condition, string where)
    {
        var result = condition.Evaluate(new NodeScope(this, node), Limits);
        return result.Value as bool? ?? throw new StepFailedException(
            "condition-null",
            $"The condition '{condition.Text}' {where} is neither true nor false{Cause(result)}. Set the variables it reads, then retry.");
    }

    internal StepFailedException NoValue(Node node, Expression expression, string what)
    {
        var result = expression.Evaluate(new NodeScope(this, node), Limits);
        return new("expression-null", $"{what} '{expression.Text}' gives no usable value{Cause(result)}. Set the variables it reads, then retry.");
    }

    /// <summary>Applies the output mappings of a node, reading from it and writing outside it.</summary>
    internal void ApplyMappings(Node from, Node to, IEnumerable<VariableMapping> mappings)
    {
        foreach (var mapping in mappings)
            SetPath(to, mapping.Target, Evaluate(from, mapping.Source));
    }

    private void SetPath(Node to, string target, object? value)
    {
        var dot = target.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
        {
            SetNearest(to, target, value);
            return;
        }
        var name = target[..dot];
        TryGet(to, name, out var existing);
        SetNearest(to, name, Nested(existing, target[(dot + 1)..], value));
    }

    private static Dictionary<string, object?> Nested(object? existing, string path, object? value)
    {
        var context = existing is IEnumerable<KeyValuePair<string, object?>> entries
            ? new Dictionary<string, object?>(entries, StringComparer.Ordinal) : new(StringComparer.Ordinal);
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
            context[path] = value;
        else
            context[path[..dot]] = Nested(context.GetValueOrDefault(path[..dot]), path[(dot + 1)..], value);
        return context;
    }

    private static string Cause(FeelResult result) => result.Diagnostics.Count == 0 ? "" : $": {result.Diagnostics[0].Cause}";

    private static decimal? LoopVariable(LoopState loop, string name) => name switch
    {
        // Of the loop as a whole, for its condition; a single instance has its own.
        "loopCounter" => loop.Started,
        "numberOfInstances" => loop.Total,
        "numberOfActiveInstances" => loop.Active,
        "numberOfCompletedInstances" => loop.Completed,
        "numberOfTerminatedInstances" => loop.Terminated,
        _ => null,
    };

    private sealed class NodeScope(Turn turn, Node node) : IFeelScope
    {
        public bool TryGet(string name, out object? value) => turn.TryGet(node, name, out value);
    }
}
