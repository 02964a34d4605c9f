namespace Orchestrator.Conformance.Bpmn;

/// <summary>Cases where our documented convention differs, with the reason. One that passes must leave this list.</summary>
internal static class KnownDifferences
{
    internal static readonly IReadOnlyDictionary<string, string> Reasons = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["tx-cancel"] = "transactions are refused when a file is read (docs/bpmn.md)",
    };
}
