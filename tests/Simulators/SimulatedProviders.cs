namespace Orchestrator.Simulators;

internal static class SimulatedProviders
{
    public static IReadOnlyList<SimulatedProvider> Create(Simulation simulation) =>
    [
        new GatewaySimulator(simulation),
    ];
}
