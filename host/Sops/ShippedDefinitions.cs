using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Workflows.Bpmn;

namespace Orchestrator.Host.Sops;

/// <summary>Publishes the definitions in the box at start. A shipped file that changed with an upgrade becomes a new version; campaigns under way keep theirs.</summary>
internal sealed class ShippedDefinitions(Database database, Definitions definitions, AuditChain audit, BusinessClock clock) : IStartupStep
{
    private const string FormEnding = ".form.json";

    /// <summary>The forms in the box by id.</summary>
    public static IReadOnlyDictionary<string, string> Forms { get; } = Names(FormEnding).ToDictionary(FormId, Read, StringComparer.Ordinal);

    public int Order => 100;

    public Task RunAsync(CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (tx, token) =>
            {
                foreach (var name in Names(".dmn"))
                    await SeedAsync(tx, DefinitionKind.Decision, Read(name), new Dictionary<string, string>(), token);
                foreach (var name in Names(".bpmn"))
                    await SeedAsync(tx, DefinitionKind.Sop, Read(name), Forms, token);
            },
            cancellationToken);

    private async Task SeedAsync(WriteTransaction tx, DefinitionKind kind, string xml, IReadOnlyDictionary<string, string> forms, CancellationToken cancellationToken)
    {
        var inspected = DefinitionInspection.Of(kind, xml);
        if (inspected.Problems.Any(problem => problem.IsError))
            throw new InvalidOperationException($"The shipped {kind} '{inspected.Key}' is broken: {JsonSerializer.Serialize(inspected.Problems)}");
        var used = forms.Where(form => inspected.FormIds.Contains(form.Key)).ToDictionary();
        var hash = DefinitionInspection.Hash(xml, used);
        if (await tx.Db.Definitions.AnyAsync(row => row.Kind == kind && row.Key == inspected.Key && row.Sha256 == hash, cancellationToken))
            return;
        var row = await definitions.AddAsync(tx, kind, xml, used, inspected, Actor.System, cancellationToken);
        row.State = DefinitionState.Published;
        row.PublishedBy = Actor.System.UserName;
        row.PublishedAt = clock.GetUtcNow();
        await audit.AppendAsync(tx, Definitions.Chain, Actor.System, cancellationToken, new AuditEntry("definition-published", row.Key, new { row.Kind, row.Version, row.Sha256 }));
    }

    private static IEnumerable<string> Names(string ending) =>
        typeof(BpmnReader).Assembly.GetManifestResourceNames().Where(name => name.EndsWith(ending, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static string FormId(string name) => name[(name.LastIndexOf('/') + 1)..^FormEnding.Length];

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(BpmnReader).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
