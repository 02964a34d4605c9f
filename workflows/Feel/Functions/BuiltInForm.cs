using Orchestrator.Workflows.Feel.Compilation;
using Orchestrator.Workflows.Feel.Semantics;

namespace Orchestrator.Workflows.Feel;

/// <summary>One form of a built-in function: its parameters, and how arguments are bound to them.</summary>
internal sealed class BuiltInForm
{
    private readonly Parameter[] parameters;
    private readonly int required;
    private readonly bool isVariadic;
    private readonly bool alwaysCollects;

    private BuiltInForm(Parameter[] parameters, string last, BuiltInBody body)
    {
        (this.parameters, Body) = (parameters, body);
        alwaysCollects = last.EndsWith('+');
        isVariadic = alwaysCollects || last.EndsWith('*');
        required = parameters.Count(parameter => !parameter.IsOptional);
        Names = [.. parameters.Select(parameter => parameter.Name)];
        Types = [.. parameters.Select(parameter => parameter.Type)];
    }

    public BuiltInBody Body { get; }

    public IReadOnlyList<string> Names { get; }

    public IReadOnlyList<FeelType> Types { get; }

    public static BuiltInForm Parse(string text, BuiltInBody body)
    {
        var parts = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new BuiltInForm([.. parts.Select(Parameter.Parse)], parts is [.., var last] ? last : "", body);
    }

    public bool TryBind(object?[] arguments, string[]? names, out object?[] bound, out string? reason)
    {
        bound = [];
        if (names is not null)
        {
            if (ByName(arguments, names) is not { } ordered)
            {
                reason = $"the named arguments are not ({string.Join(", ", Names)}).";
                return false;
            }

            if (alwaysCollects && ordered.Given[^1])
            {
                ordered.Values[^1] = new FeelList([ordered.Values[^1]]);
            }

            return Convert(ordered.Values, ordered.Given, out bound, out reason);
        }

        if (isVariadic && (arguments.Length > parameters.Length || (arguments.Length == parameters.Length && (alwaysCollects || arguments[^1] is not (null or IReadOnlyList<object?>)))))
        {
            var fixedCount = parameters.Length - 1;
            var items = new FeelList(arguments[fixedCount..]);
            arguments = arguments.Length < parameters.Length ? arguments : [.. arguments[..fixedCount], items];
        }

        if (arguments.Length < required || arguments.Length > parameters.Length)
        {
            reason = $"takes {(required == parameters.Length ? required : $"{required} to {parameters.Length}")} arguments, not {arguments.Length}.";
            return false;
        }

        return Convert(arguments, null, out bound, out reason);
    }

    private (object?[] Values, bool[] Given)? ByName(object?[] arguments, string[] names)
    {
        var (values, given) = (new object?[parameters.Length], new bool[parameters.Length]);
        for (var i = 0; i < names.Length; i++)
        {
            var index = Array.FindIndex(parameters, parameter => parameter.Name == names[i]);
            if (index < 0 || given[index])
            {
                return null;
            }

            (values[index], given[index]) = (arguments[i], true);
        }

        for (var i = 0; i < parameters.Length; i++)
        {
            if (!given[i] && !parameters[i].IsOptional)
            {
                return null;
            }
        }

        return (values, given);
    }

    private bool Convert(object?[] values, bool[]? given, out object?[] bound, out string? reason)
    {
        bound = new object?[parameters.Length];
        for (var i = 0; i < parameters.Length; i++)
        {
            var parameter = parameters[i];
            if (given is null ? i >= values.Length : !given[i])
            {
                continue;
            }

            if (values[i] is null && !parameter.MayBeNull)
            {
                reason = $"'{parameter.Name}' is null.";
                return false;
            }

            if (!Coercion.TryConvert(values[i], parameter.Type, out bound[i]))
            {
                reason = $"'{parameter.Name}' must be a {parameter.Type}, not a {Describe.Kind(values[i])}.";
                return false;
            }
        }

        reason = null;
        return true;
    }

    private sealed record Parameter(string Name, FeelType Type, bool IsOptional, bool MayBeNull)
    {
        public static Parameter Parse(string text)
        {
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            var type = text[(colon + 1)..].Trim();
            var name = type.TrimEnd('?', '~', '*', '+');
            return new Parameter(
                text[..colon],
                name == "any" ? FeelType.Any : FeelType.Named(name) ?? throw new InvalidOperationException($"No type '{name}'."),
                type.Contains('?', StringComparison.Ordinal),
                name == "any" || type.Contains('~', StringComparison.Ordinal));
        }
    }
}
