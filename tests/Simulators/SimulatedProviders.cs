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
        new WeComSimulator(simulation, "wecom-robot"),
        new AliyunSimulator(simulation),
        new TencentSimulator(simulation),
        new FcmSimulator(simulation),
        new ApnsSimulator(simulation),
        new WebPushSimulator(simulation),
        new OfficialAccountSimulator(simulation, "wechat-template"),
        new OfficialAccountSimulator(simulation, "wechat-subscribe"),
        new OfficialAccountSimulator(simulation, "wechat-mass"),
        new SmtpSimulator(simulation),
    ];
}
