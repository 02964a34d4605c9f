using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Orchestrator.Host;

/// <summary>
/// Traces and metrics by OTLP, where the standard variable OTEL_EXPORTER_OTLP_ENDPOINT names a collector; else nothing is collected.
/// The providers are built by hand: the hosting package is not to be had (README, packages).
/// </summary>
internal sealed class Telemetry : IDisposable
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private static readonly string[] Sources = ["Microsoft.AspNetCore", "System.Net.Http", "Npgsql", "Quartz"];
    private static readonly string[] Meters = ["Orchestrator.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "Npgsql", "System.Runtime"];

    private readonly TracerProvider? traces;
    private readonly MeterProvider? metrics;

    public Telemetry(IConfiguration configuration, OrchestratorOptions options)
    {
        if (string.IsNullOrEmpty(configuration[Endpoint]))
            return;
        var resource = ResourceBuilder.CreateDefault().AddService("orchestrator", serviceInstanceId: options.NodeName ?? Environment.MachineName);
        traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Sources).AddOtlpExporter().Build();
        metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Meters).AddOtlpExporter().Build();
    }

    public void Dispose()
    {
        traces?.Dispose();
        metrics?.Dispose();
    }
}
