using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;
using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Dmn;
using Orchestrator.Workflows.Execution;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Host.Sops;

/// <summary>Read definitions, compiled once per version: versions never change, so what is cached stays right. Thread-safe.</summary>
public sealed class DefinitionLibrary
{
    private readonly ConcurrentDictionary<Guid, BpmnDefinitions> sops = new();
    private readonly ConcurrentDictionary<Guid, DmnModel> decisions = new();

    public async Task<BpmnDefinitions> SopAsync(OrchestratorDb db, Guid versionId, CancellationToken cancellationToken)
    {
        if (sops.TryGetValue(versionId, out var known))
            return known;
        var xml = await XmlAsync(db, versionId, cancellationToken);
        return sops.GetOrAdd(versionId, BpmnReader.Read(xml).Require());
    }

    public async Task<DmnModel> DecisionAsync(OrchestratorDb db, Guid versionId, CancellationToken cancellationToken)
    {
        if (decisions.TryGetValue(versionId, out var known))
            return known;
        var xml = await XmlAsync(db, versionId, cancellationToken);
        return decisions.GetOrAdd(versionId, DmnReader.Read(xml));
    }

    /// <summary>The newest published version of every decision: what a campaign pins when it starts.</summary>
    public static async Task<IReadOnlyDictionary<string, Guid>> PublishedDecisionsAsync(OrchestratorDb db, CancellationToken cancellationToken)
    {
        var rows = await db.Definitions.Where(row => row.Kind == DefinitionKind.Decision && row.State == DefinitionState.Published)
            .Select(row => new { row.Key, row.Version, row.Id }).ToListAsync(cancellationToken);
        return rows.GroupBy(row => row.Key, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.MaxBy(row => row.Version)!.Id, StringComparer.Ordinal);
    }

    /// <summary>What one instance refers to, with the facts its decisions read.</summary>
    public async Task<PinnedDefinitions> PinAsync(OrchestratorDb db, InstanceRow instance, string factsJson, CancellationToken cancellationToken)
    {
        var sop = await SopAsync(db, instance.SopVersionId, cancellationToken);
        var pins = JsonSerializer.Deserialize<Dictionary<string, Guid>>(instance.DecisionsJson)!;
        var models = new List<DmnModel>();
        foreach (var id in pins.Values)
            models.Add(await DecisionAsync(db, id, cancellationToken));
        using var facts = JsonDocument.Parse(factsJson);
        return new PinnedDefinitions(sop, models, facts.RootElement.Clone());
    }

    private static Task<string> XmlAsync(OrchestratorDb db, Guid versionId, CancellationToken cancellationToken) =>
        db.Definitions.Where(row => row.Id == versionId).Select(row => row.Xml).SingleAsync(cancellationToken);
}

/// <summary>The definitions of one instance. Decisions read the process variables first, then the campaign's facts.</summary>
public sealed class PinnedDefinitions(BpmnDefinitions sop, IReadOnlyList<DmnModel> models, JsonElement facts) : IDefinitions
{
    public ProcessDefinition Main => sop.Main;

    public ProcessDefinition? FindProcess(string processId) => sop.FindProcess(processId);

    public DecisionAnswer? Evaluate(string decisionId, Variables inputs)
    {
        var model = models.FirstOrDefault(model => model.Decisions.Any(decision => decision.Id == decisionId));
        if (model is null)
            return null;
        var types = model.Decisions.First(decision => decision.Id == decisionId).Inputs.DistinctBy(input => input.Name).ToDictionary(input => input.Name, input => input.Type, StringComparer.Ordinal);
        var result = model.Evaluate(decisionId, FeelScope.Layered([FeelScope.From(inputs), FeelScope.From(facts, types)]));
        return new DecisionAnswer(
            result.Value,
            [.. result.MatchedRules.Select(Shown)],
            result.Value is null && result.Diagnostics.Count > 0 ? string.Join("; ", result.Diagnostics) : null);
    }

    private static Orchestrator.Workflows.Execution.MatchedRule Shown(Orchestrator.Workflows.Dmn.MatchedRule rule) =>
        new(rule.DecisionId, rule.Rule, rule.RuleId, rule.Annotations.Count == 0 ? null : string.Join(" · ", rule.Annotations.Values));
}
