using System.ComponentModel.DataAnnotations;

namespace Orchestrator.Host;

/// <summary>The <c>Orchestrator</c> section of the configuration. Checked at start; a bad value stops the program and names its key.</summary>
internal sealed class OrchestratorOptions
{
    public const string Section = "Orchestrator";

    /// <summary>Where the embedded database, imports and attachments live. Relative to the working directory.</summary>
    [Required]
    public string DataDirectory { get; set; } = "data";

    /// <summary>Connection string of PostgreSQL. Empty: the embedded SQLite database in <see cref="DataDirectory"/>.</summary>
    public string? PostgreSql { get; set; }

    /// <summary>
    /// File that holds the master key (32 bytes, base64). Empty: the variable <c>ORCHESTRATOR_MASTER_KEY</c>, else outside Production a key file
    /// made on first run beside, never inside, the data directory.
    /// </summary>
    public string? MasterKeyFile { get; set; }

    /// <summary>Name of this node in leases and audit. Empty: machine name and process id.</summary>
    public string? NodeName { get; set; }

    /// <summary>IANA zone of the company: the zone of the console and of customers whose own zone is unknown.</summary>
    [Required]
    public string CompanyTimeZone { get; set; } = "Asia/Shanghai";

    /// <summary>ISO 3166 code of the company's jurisdiction: of customers whose own is unknown, and of its holiday calendar.</summary>
    [Required]
    public string CompanyJurisdiction { get; set; } = "CN";

    /// <summary>Address under which customers and providers reach this installation: unsubscribe links, callbacks.</summary>
    [Required]
    public Uri PublicUrl { get; set; } = new("http://localhost:5080");

    /// <summary>Whether the first start fills an empty workspace with the demo. Null: only in Development.</summary>
    public bool? SeedDemo { get; set; }

    /// <summary>How long a node's lease lasts without renewal, by the real clock.</summary>
    [Range(2, 600)]
    public int NodeLeaseSeconds { get; set; } = 15;

    /// <summary>Origins such as <c>http://10.0.0.5:8080</c> that channel accounts may call without TLS, besides loopback.</summary>
    public string[] AllowedPlainHttpOrigins { get; set; } = [];

    /// <summary>PEM file with roots that channel accounts trust besides the system's: a company's own authority. Empty: none.</summary>
    public string? ChannelRootsFile { get; set; }

    /// <summary>Language of notices to staff: zh-CN or en.</summary>
    [AllowedValues("zh-CN", "en")]
    public string NoticeLanguage { get; set; } = "zh-CN";

    /// <summary>How long a hold, pause or stop waits for what is in flight before it answers with the count.</summary>
    [Range(0, 60)]
    public int BarrierWaitSeconds { get; set; } = 10;

    /// <summary>Days that finished rows of scheduled_work are kept. What is not finished is never purged.</summary>
    [Range(1, 3650)]
    public int KeepFinishedWorkDays { get; set; } = 30;

    /// <summary>Days that ended runs (processes without people) can still be read.</summary>
    [Range(1, 3650)]
    public int KeepEndedRunsDays { get; set; } = 90;

    /// <summary>Days that applied receipts stay in the inbox.</summary>
    [Range(1, 3650)]
    public int KeepAppliedReceiptsDays { get; set; } = 30;

    /// <summary>Days in which a repeated Idempotency-Key gets the first reply again.</summary>
    [Range(7, 365)]
    public int KeepIdempotencyKeysDays { get; set; } = 7;

    /// <summary>Days that API tokens are listed after they expired or were revoked.</summary>
    [Range(1, 3650)]
    public int KeepEndedTokensDays { get; set; } = 365;

    /// <summary>Hosts that links in messages may lead to, their subdomains included; the public address's own host always may.</summary>
    public string[] LinkHosts { get; set; } = [];

    /// <summary>Full registered name of the company, for e-mail footers.</summary>
    public string CompanyName { get; set; } = "";

    /// <summary>Postal address, for e-mail footers.</summary>
    public string CompanyAddress { get; set; } = "";

    /// <summary>Telephone number for complaints, for e-mail footers.</summary>
    public string ComplaintLine { get; set; } = "";
}
