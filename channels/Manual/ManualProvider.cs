namespace Orchestrator.Channels.Manual;

internal sealed record ManualSettings
{
    public string Place { get; init; } = "branch";
    public string Role { get; init; } = "owner";
    public string Instructions { get; init; } = "";
    public string Proof { get; init; } = "";
    public int DueWorkingDays { get; init; } = 1;
}

/// <summary>Work done by people: branches, community posts, banners, offline.</summary>
internal sealed class ManualProvider : ChannelProvider<ManualSettings>
{
    private static readonly string[] Places = ["branch", "community", "banner", "offline"];

    public override string Name => "manual";
    public override ChannelKind Kind => ChannelKind.Manual;
    public override string LabelEn => "Manual: branch, community, banner, offline";
    public override string LabelZh => "人工渠道：网点、社群、广告位、线下";
    public override ProviderLimits Limits { get; } = new() { AcceptedWaitsForStaff = true };

    public override IReadOnlyList<SettingField> Settings { get; } =
    [
        new("place", SettingType.Choice, "Where", "渠道类型") { Required = true, Default = "branch", Choices = Places },
        new("role", SettingType.Text, "Done by role", "执行角色") { Required = true, Default = "owner" },
        new("instructions", SettingType.LongText, "What to do", "操作说明") { Required = true },
        new("proof", SettingType.Text, "Proof", "凭证要求") { Required = true, HelpEn = "Screenshot, photo or link.", HelpZh = "截图、照片或链接。" },
        new("dueWorkingDays", SettingType.Number, "Due (working days)", "期限（工作日）") { Default = "1" },
    ];

    protected override void Check(ManualSettings settings, SettingChecks checks)
    {
        checks.When(!Places.Contains(settings.Place), "place", $"Must be one of {string.Join(", ", Places)}.");
        checks.Required("role", settings.Role);
        checks.Required("instructions", settings.Instructions);
        checks.Required("proof", settings.Proof);
        checks.Between("dueWorkingDays", settings.DueWorkingDays, 0, 60);
    }

    protected override IChannel Open(ManualSettings settings, ChannelServices services) => new ManualChannel(this, settings, services.ManualWork);
}

internal sealed class ManualChannel(ManualProvider provider, ManualSettings settings, IManualWork? work) : IChannel
{
    public string Provider => provider.Name;

    public ChannelKind Kind => provider.Kind;

    public int MaxBatch => 128;

    public TimeSpan CallTimeout => TimeSpan.FromSeconds(30);

    /// <summary>Assigning twice gives one task.</summary>
    public ChannelGuarantees Guarantees { get; } = new(IdempotencyWindow: TimeSpan.FromDays(3650));

    public async Task<IReadOnlyList<Delivery>> SendAsync(IReadOnlyList<OutboundMessage> batch, CancellationToken cancellationToken)
    {
        if (work is null) return [.. batch.Select(_ => new Delivery.Configuration("manual", "This program assigns no manual work."))];
        var assignment = new ManualAssignment(settings.Place, settings.Role, settings.Instructions, settings.Proof, settings.DueWorkingDays);
        try
        {
            var task = await work.AssignAsync(assignment, batch, cancellationToken);
            return [.. batch.Select(_ => new Delivery.Accepted(task))];
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // Assigning is idempotent, so whatever was assigned may be assigned again.
            return [.. batch.Select(_ => new Delivery.RetrySafe($"No task could be made ({fault.GetType().Name})."))];
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
