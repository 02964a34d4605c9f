using System.Collections.Immutable;
using System.Text.Json;

namespace Orchestrator.Workflows.Execution.State;

/// <summary>Reads the state format of every version.</summary>
internal static class StateReader
{
    internal static ProcessInstance Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var format = root.GetProperty("f").GetInt32();
            if (format != StateWriter.Format)
                return Read(StateUpgrades.Upgrade(json, format));
            return Instance(root);
        }
        catch (Exception broken) when (broken is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new StateFormatException($"The text is no instance state: {broken.Message}", broken);
        }
    }

    private static ProcessInstance Instance(JsonElement root) => new()
    {
        Id = root.GetProperty("id").GetString()!,
        ProcessId = root.GetProperty("process").GetString()!,
        Version = Text(root, "version"),
        Status = Text(root, "status") is { } status ? Enum.Parse<InstanceStatus>(status) : InstanceStatus.Active,
        Owner = Text(root, "owner"),
        StageId = Text(root, "stage"),
        Next = Number(root, "next"),
        DoneBy = root.TryGetProperty("doneBy", out var done)
            ? done.EnumerateObject().ToImmutableSortedDictionary(p => p.Name, p => p.Value.GetString()!)
            : ImmutableSortedDictionary<string, string>.Empty,
        FinalVariables = OptionalVariables(root, "final") ?? Variables.None,
        Nodes = [.. Items(root, "nodes").Select(ReadNode)],
        Waits = [.. Items(root, "waits").Select(ReadWait)],
    };

    private static Node ReadNode(JsonElement json) => new()
    {
        Id = Number(json, "i"),
        Parent = Number(json, "p"),
        Element = json.GetProperty("e").GetString()!,
        Kind = (NodeKind)Number(json, "k"),
        Phase = json.TryGetProperty("ph", out var phase) ? (Phase)phase.GetInt32() : Phase.Active,
        Waiting = (Waiting)Number(json, "w"),
        Handle = Number(json, "h"),
        Flow = Text(json, "fl"),
        UndoneFor = Number(json, "u"),
        Index = Number(json, "x"),
        IsIsolated = json.TryGetProperty("iso", out _),
        Locals = OptionalVariables(json, "v"),
        Loop = json.TryGetProperty("loop", out var loop) ? ReadLoop(loop) : null,
        Undoable = [.. Items(json, "undoable").Select(ReadUndo)],
        Undoing = [.. Items(json, "undoing").Select(ReadUndo)],
        Incident = json.TryGetProperty("incident", out var incident)
            ? new(Number(incident, "n"), Text(incident, "code")!, Text(incident, "message")!) : null,
    };

    private static LoopState ReadLoop(JsonElement json) => new(Number(json, "n"), Number(json, "s"), Number(json, "c"), Number(json, "t"))
    {
        Items = Values(json, "items"),
        Outputs = Values(json, "outputs"),
        People = Values(json, "people")?.OfType<string>().ToList() ?? [],
    };

    private static UndoRecord ReadUndo(JsonElement json) => new(
        json.GetProperty("e").GetString()!,
        json.TryGetProperty("n", out var count) ? count.GetInt32() : 1,
        Number(json, "s"),
        OptionalVariables(json, "v"),
        [.. Items(json, "inner").Select(ReadUndo)]);

    private static Wait ReadWait(JsonElement json)
    {
        var cycle = Text(json, "cycle");
        return new(Number(json, "i"), Number(json, "o"), json.GetProperty("e").GetString()!, (WaitKind)Number(json, "k"))
        {
            Due = json.TryGetProperty("due", out var due) ? due.GetDateTimeOffset() : default,
            Remaining = json.TryGetProperty("left", out var left) ? left.GetInt32() : cycle is null && Number(json, "k") == 0 ? 1 : null,
            Cycle = cycle,
            Name = Text(json, "n"),
            Correlation = Text(json, "c"),
            Held = json.TryGetProperty("held", out _),
        };
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement json, string name) =>
        json.TryGetProperty(name, out var list) ? list.EnumerateArray() : default;

    private static IReadOnlyList<object?>? Values(JsonElement json, string name) =>
        json.TryGetProperty(name, out var list) ? (IReadOnlyList<object?>)Feel.FeelValue.From(StateValues.Read(list))! : null;

    private static Variables? OptionalVariables(JsonElement json, string name) =>
        json.TryGetProperty(name, out var variables) ? StateValues.ReadVariables(variables) : null;

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var text) ? text.GetString() : null;

    private static int Number(JsonElement json, string name) => json.TryGetProperty(name, out var number) ? number.GetInt32() : 0;
}
