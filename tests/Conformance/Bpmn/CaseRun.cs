using System.Text.Json;
using System.Xml;
using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Conformance.Bpmn;

/// <summary>Plays one case; the result is null when every check held, else what did not.</summary>
internal sealed class CaseRun(Case test, string folder)
{
    private readonly World world = new();

    internal string? Run()
    {
        foreach (var file in test.Files)
        {
            var reading = BpmnReader.Read(File.ReadAllText(Path.Combine(folder, file)));
            if (reading.Definitions is null)
                return $"refused: {reading.Problems.First(p => p.IsError)}";
            world.Deploy(reading.Definitions);
        }
        var main = BpmnReader.Read(File.ReadAllText(Path.Combine(folder, test.Files[0]))).Require().Main.Id;
        for (var i = 0; i < test.Steps.Count; i++)
        {
            if (Step(test.Steps[i], main) is { } wrong)
                return $"step {i + 1} {test.Steps[i].GetRawText()}: {wrong}";
        }
        return null;
    }

    private string? Step(JsonElement step, string main)
    {
        if (step.TryGetProperty("check", out var check))
            return Check(check.GetString()!, step);
        world.BeginStep();
        var variables = step.TryGetProperty("variables", out var given) ? Variables.FromJson(given.GetRawText()) : Variables.None;
        switch (step.GetProperty("do").GetString())
        {
            case "start": world.Start(Text(step, "process") ?? main, variables); break;
            case "startMessage":
                if (!world.StartBy(t => t is EventTrigger.Message m && m.Reference.Name.Literal == Text(step, "message"), variables))
                    world.Fail("No process starts with this message.");
                break;
            case "complete":
                var times = step.TryGetProperty("times", out var count) ? count.GetInt32() : 1;
                for (var i = 0; i < times; i++)
                    world.Complete(Text(step, "task")!, variables);
                break;
            case "message": world.Message((Text(step, "name") ?? Text(step, "message"))!, Text(step, "correlation"), variables); break;
            case "signal": world.Signal((Text(step, "name") ?? Text(step, "signal"))!, variables); break;
            case "setVariables": world.SetVariables(variables); break;
            case "advance":
                var fired = world.Advance(XmlConvert.ToTimeSpan(Text(step, "by")!));
                return Text(step, "timer") is { } timer && !fired.Contains(timer) ? $"'{timer}' did not fire" : null;
            case var other: return $"unknown step '{other}'";
        }
        // A failure is only wrong where the case does not look for it.
        return null;
    }

    private string? Check(string name, JsonElement step)
    {
        switch (name)
        {
            case "tasks":
                var open = world.Instances.SelectMany(i => i.State!.Tasks).GroupBy(t => t.ElementId).ToDictionary(g => g.Key, g => g.Count());
                var wanted = step.GetProperty("tasks").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetInt32());
                return Same(open, wanted) ? null : $"open tasks are {Show(open)}{Why()}";
            case "waiting":
                var waiting = world.Instances.SelectMany(Waiting).ToHashSet();
                var missing = step.GetProperty("elements").EnumerateArray().Select(e => e.GetString()!).Where(e => !waiting.Contains(e)).ToList();
                return missing.Count == 0 ? null : $"not waiting: {string.Join(", ", missing)}{Why()}";
            case "completed":
                var wrong = step.GetProperty("counts").EnumerateObject().Where(p => world.Completed.GetValueOrDefault(p.Name) != p.Value.GetInt32()).ToList();
                return wrong.Count == 0 ? null : string.Join(", ", wrong.Select(p => $"{p.Name} completed {world.Completed.GetValueOrDefault(p.Name)} times")) + Why();
            case "ended":
                return world.Instances.All(i => i.State!.IsEnded) ? null : $"still active at {string.Join(", ", world.Instances.SelectMany(i => i.State!.ActiveElementIds))}{Why()}";
            case "active":
                return world.Instances.Any(i => !i.State!.IsEnded) ? null : "everything has ended";
            case "fail":
                return world.Failure is null ? "the step went through" : null;
            case "variables":
                return CheckVariables(step.GetProperty("variables"));
            default:
                return $"unknown check '{name}'";
        }
    }

    private string? CheckVariables(JsonElement wanted)
    {
        foreach (var variable in wanted.EnumerateObject())
        {
            var expected = Variables.FromJson($"{{\"v\":{variable.Value.GetRawText()}}}").ToJson();
            var found = world.Instances.Any(i => i.State!.Variables.TryGetValue(variable.Name, out var value)
                && Variables.Of(("v", value)).ToJson() == expected);
            if (!found)
                return $"{variable.Name} is not {variable.Value.GetRawText()}{Why()}";
        }
        return null;
    }

    private static IEnumerable<string> Waiting(Running running) => running.State!.ActiveElementIds
        .Concat(running.State.Timers.Select(t => t.ElementId)).Concat(running.State.Subscriptions.Select(s => s.ElementId));

    private string Why() => world.Failure is { } failure ? $" (last failure: {failure})" : "";

    private static bool Same(Dictionary<string, int> a, Dictionary<string, int> b) =>
        a.Count == b.Count && a.All(p => b.GetValueOrDefault(p.Key) == p.Value);

    private static string Show(Dictionary<string, int> counts) =>
        counts.Count == 0 ? "none" : string.Join(", ", counts.Select(p => p.Value == 1 ? p.Key : $"{p.Key}*{p.Value}"));

    private static string? Text(JsonElement step, string name) =>
        step.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
