using System.Security.Cryptography.X509Certificates;

namespace Orchestrator.Simulators;

/// <summary>A provider stand-in.</summary>
internal abstract class SimulatedProvider(Simulation simulation) : IAsyncDisposable
{
    protected Simulation Simulation { get; } = simulation;

    public abstract string Name { get; }

    /// <summary>Settings JSON of an account that talks to this simulator.</summary>
    public abstract string Settings(Uri address, Uri tlsAddress);

    public virtual void Map(IEndpointRouteBuilder routes)
    {
    }

    /// <summary>Begins to listen, where it is not reached by HTTP.</summary>
    public virtual void Start(X509Certificate2 certificate)
    {
    }

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
