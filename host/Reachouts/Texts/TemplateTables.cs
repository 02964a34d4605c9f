using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Web;
using Orchestrator.Templates;

namespace Orchestrator.Host.Reachouts;

public enum TemplateState
{
    /// <summary>Being written; may change.</summary>
    Draft,

    /// <summary>Agreed by a second person; never changes again.</summary>
    Published,

    /// <summary>Not to be used for new campaigns.</summary>
    Retired,
}

/// <summary>One version of a library text: what is said for a key on one channel in one language.</summary>
public sealed class TemplateVersion
{
    public Guid Id { get; init; }

    /// <summary>Set and phase: <c>member-day/warm-up</c>.</summary>
    public required string Key { get; init; }

    /// <summary>Channel name as in briefs.</summary>
    public required string Channel { get; init; }
    public required string Language { get; init; }

    /// <summary>From 1, per key, channel and language.</summary>
    public int Version { get; init; }
    public TemplateState State { get; set; }
    public required string NameZh { get; set; }
    public required string NameEn { get; set; }

    /// <summary>marketing or servicing.</summary>
    public required string Purpose { get; set; }

    /// <summary>Subject of an e-mail, title of a push.</summary>
    public string? Title { get; set; }
    public required string Body { get; set; }
    public string? Html { get; set; }

    /// <summary>Declared variables, as JSON.</summary>
    public required string Variables { get; set; }

    /// <summary>Content hash: everything that can change what a customer reads.</summary>
    public required string Hash { get; set; }
    public required string WrittenBy { get; set; }
    public DateTimeOffset WrittenAt { get; set; }
    public string? PublishedBy { get; set; }
    public DateTimeOffset? PublishedAt { get; set; }

    /// <summary>Counts edits of the draft; the ETag.</summary>
    public long Revision { get; set; } = 1;

    public MessageTemplate Template() => new()
    {
        Id = $"{Key}/{Channel}/{Language}",
        Channel = BriefTemplates.ChannelOf(Channel) ?? MessageChannel.InApp,
        Language = Language,
        Purpose = Purpose == "servicing" ? MessagePurpose.Servicing : MessagePurpose.Marketing,
        Title = Title,
        Body = Body,
        Html = Html,
        Variables = JsonSerializer.Deserialize<List<TemplateVariable>>(Variables, JsonDefaults.Options)!,
    };
}

internal sealed class TemplateVersionMapping : IEntityTypeConfiguration<TemplateVersion>
{
    public void Configure(EntityTypeBuilder<TemplateVersion> builder)
    {
        builder.ToTable("templates");
        builder.HasIndex(row => new { row.Key, row.Channel, row.Language, row.Version }).IsUnique();
    }
}
