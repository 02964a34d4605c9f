using System.Text.Json.Nodes;

namespace Orchestrator.Workflows.Execution.State;

/// <summary>
/// Brings a stored state of an older format up to the newest, one format at a time. When <see cref="StateWriter.Format"/> goes up, a step is added
/// here that changes the JSON of the format before, and a sample of that format to the tests.
/// </summary>
internal static class StateUpgrades
{
    /// <summary>Format to what makes the next one of it. Empty: format 1 is the first and the newest.</summary>
    private static readonly IReadOnlyDictionary<int, Action<JsonObject>> Steps = new Dictionary<int, Action<JsonObject>>();

    /// <summary>The text in the newest format.</summary>
    /// <exception cref="StateFormatException">A step is missing, or the format is newer than the program.</exception>
    internal static string Upgrade(string json, int from) => Upgrade(json, from, StateWriter.Format, Steps);

    internal static string Upgrade(string json, int from, int to, IReadOnlyDictionary<int, Action<JsonObject>> steps)
    {
        if (from > to)
            throw new StateFormatException($"The state is of format {from}; this program reads up to {to}. Upgrade the program.");
        var state = JsonNode.Parse(json)!.AsObject();
        for (var format = from; format < to; format++)
        {
            if (!steps.TryGetValue(format, out var step))
                throw new StateFormatException($"The state is of format {from}; this program cannot bring format {format} up to {format + 1}. Open it with a version in between first.");
            step(state);
            state["f"] = format + 1;
        }
        return state.ToJsonString();
    }
}
