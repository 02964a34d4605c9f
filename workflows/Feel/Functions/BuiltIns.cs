using System.Collections.Frozen;

namespace Orchestrator.Workflows.Feel;

/// <summary>The FEEL library (DMN 1.5, 10.3.4).</summary>
internal static class BuiltIns
{
    private static readonly FrozenDictionary<string, BuiltIn> All = new IEnumerable<BuiltIn>[]
    {
        ConversionFunctions.All, TemporalFunctions.All, StringFunctions.All, RegexFunctions.All, ListFunctions.All, ListEditingFunctions.All,
        AggregateFunctions.All, NumberFunctions.All, RangeFunctions.All, ContextFunctions.All,
    }.SelectMany(family => family).ToFrozenDictionary(function => function.Name);

    public static HashSet<string> Names { get; } = [.. All.Keys];

    public static BuiltIn? Find(string name) => All.GetValueOrDefault(name);
}
