using Orchestrator.Workflows.Feel.Syntax;

namespace Orchestrator.Workflows.Feel.Compilation;

/// <summary>Finds the type that a type expression names.</summary>
internal static class Types
{
    public static FeelType? Resolve(TypeExpr expression, Func<string, FeelType?> find)
    {
        switch (expression)
        {
            case TypeExpr.Named named:
                return find(named.Name) ?? FeelType.Named(named.Name);
            case TypeExpr.ListOf list:
                return Resolve(list.Element, find) is { } element ? FeelType.ListOf(element) : null;
            case TypeExpr.RangeOf range:
                return Resolve(range.Element, find) is { } end ? FeelType.RangeOf(end) : null;
            case TypeExpr.ContextOf context:
                var fields = context.Fields.Select(field => (field.Key, Type: Resolve(field.Value, find))).ToList();
                return fields.Any(field => field.Type is null) ? null : FeelType.ContextOf(fields.Select(field => KeyValuePair.Create(field.Key, field.Type!)));
            case TypeExpr.FunctionOf function:
                var parameters = function.Parameters.Select(parameter => Resolve(parameter, find)).ToList();
                return parameters.Contains(null) || Resolve(function.Result, find) is not { } result ? null : FeelType.FunctionOf(parameters!, result);
            default:
                return null;
        }
    }
}
