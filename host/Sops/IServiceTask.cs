using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Storage;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Sops;

/// <summary>What a service task works with. The instance row is locked for as long as the transaction lasts.</summary>
/// <param name="InstanceId">Equals the campaign's id.</param>
/// <param name="WorkId">Needed to complete long work later: <see cref="ProcessHost.CompleteServiceAsync(WriteTransaction, Guid, string, Variables, CancellationToken)"/>.</param>
/// <param name="Input">The variables that the element's input mappings give, else the instance's.</param>
public sealed record ServiceTaskContext(
    Guid InstanceId,
    string WorkId,
    string ElementId,
    Variables Input,
    IReadOnlyDictionary<string, string> Headers,
    Campaign Campaign,
    Brief Brief,
    LaunchPackage Package)
{
    public Guid CampaignId => Campaign.Id;
}

/// <summary>How a service task ended.</summary>
public abstract record ServiceTaskResult
{
    private ServiceTaskResult()
    {
    }

    /// <summary>Done: the process goes on with these variables.</summary>
    public sealed record Completed(Variables Variables) : ServiceTaskResult;

    /// <summary>Begun: rows of <c>scheduled_work</c> do the rest, and the last of them calls <c>CompleteServiceAsync</c>.</summary>
    public sealed record Begun : ServiceTaskResult;

    /// <summary>Failed for good: with a code a BPMN error, without one an incident.</summary>
    public sealed record Failed(string? ErrorCode, string Message) : ServiceTaskResult;

    public static readonly ServiceTaskResult Nothing = new Completed(Variables.None);

    public static ServiceTaskResult With(params ReadOnlySpan<(string Name, object? Value)> variables) => new Completed(Variables.Of(variables));
}

/// <summary>
/// Runs service tasks of one type for every SOP. Runs inside one transaction and must have no effect outside it; an exception means: try again
/// later, and after the last retry an incident. Register as a singleton.
/// </summary>
public interface IServiceTask
{
    /// <summary>The <c>zeebe:taskDefinition type</c>, e.g. <c>freeze-audience</c>.</summary>
    string Type { get; }

    Task<ServiceTaskResult> RunAsync(WriteTransaction tx, ServiceTaskContext context, CancellationToken cancellationToken);
}
