namespace Orchestrator.Simulators;

internal static class SimulatedProviders
{
    public static IReadOnlyList<SimulatedProvider> Create(Simulation simulation) =>
    [
        new GatewaySimulator(simulation),
        new TwilioSimulator(simulation),
        new JPushSimulator(simulation),
        new WeComSimulator(simulation, "wecom-app"),
        new WeComSimulator(simulation, "wecom-customer"),
    ];
}
