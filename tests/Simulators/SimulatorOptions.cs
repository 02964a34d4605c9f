namespace Orchestrator.Simulators;

/// <summary>How the simulators are started; on the command line <c>--Port 7070 --Faults:Rates:Throttled 0.02</c>.</summary>
public sealed class SimulatorOptions
{
    /// <summary>Port of plain http on loopback; 0 picks a free one.</summary>
    public int Port { get; set; }

    /// <summary>Port of https with a self-made certificate; 0 picks a free one.</summary>
    public int TlsPort { get; set; }

    /// <summary>Port of SMTP (with STARTTLS) on loopback; 0 picks a free one.</summary>
    public int SmtpPort { get; set; }

    /// <summary>Port of SMTP that begins with TLS, with the same certificate; 0 picks a free one.</summary>
    public int SmtpTlsPort { get; set; }

    /// <summary>Faults.</summary>
    public FaultPlan Faults { get; set; } = new();

    /// <summary>Provider name → address of its callbacks at the host.</summary>
    public Dictionary<string, Uri> Callbacks { get; } = [];

    /// <summary>Wait between acceptance and report.</summary>
    public int ReceiptDelayMilliseconds { get; set; } = 50;

    /// <summary>Entries kept in the log in full; totals count everything.</summary>
    public int KeepEntries { get; set; } = 250_000;
}
